package dev.skiff.builder.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program of Docker's that keeps passwords elsewhere, such as in the desktop's keyring.
///
/// @param name what stands after `docker-credential-`
/// @see <a href="https://github.com/docker/docker-credential-helpers">the protocol</a>
record CredentialProgram(String name, Map<String, String> environment) {

  static final int SECONDS = 30;
  private static final int LARGEST_ANSWER = 64 << 10;

  CredentialProgram {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
      throw new IllegalArgumentException("'%s' names no credential helper".formatted(name));
    }
    environment = Map.copyOf(environment);
  }

  String program() {
    return "docker-credential-" + name;
  }

  /// Hands it something on its input.
  ///
  /// @param verb `store` or `erase`
  /// @throws IOException if it cannot be started, does not end within half a minute, or refuses
  void tell(String verb, String input) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(found().toString(), verb).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    try (OutputStream out = process.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it did not want to read it; its status says why
    }
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new IOException("%s did not end within %d seconds".formatted(program(), SECONDS));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("it was interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "%s %s ends with %d: %s".formatted(program(), verb, process.exitValue(), said(process)));
    }
  }

  private Path found() throws IOException {
    for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
      Path file = Path.of(folder, program());
      if (folder.startsWith("/") && Files.isExecutable(file)) {
        return file;
      }
    }
    throw new IOException("%s is not in PATH".formatted(program()));
  }

  private static String said(Process process) throws IOException {
    try (InputStream in = process.getInputStream()) {
      String text = new String(in.readNBytes(LARGEST_ANSWER), StandardCharsets.UTF_8);
      return RegistryHttp.clean(text, 300);
    }
  }
}
