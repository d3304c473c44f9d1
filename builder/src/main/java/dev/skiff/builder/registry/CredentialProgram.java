package dev.skiff.builder.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A program of Docker's that keeps passwords elsewhere, such as in the desktop's keyring.
///
/// @param name what stands after `docker-credential-`
/// @see <a href="https://github.com/docker/docker-credential-helpers">the protocol</a>
record CredentialProgram(String name, Map<String, String> environment) {

  static final int SECONDS = 30;
  private static final int LARGEST_ANSWER = 64 << 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  /// How all helpers say so.
  private static final String NOTHING_KEPT = "credentials not found";

  CredentialProgram {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
      throw new IllegalArgumentException("'%s' names no credential helper".formatted(name));
    }
    environment = Map.copyOf(environment);
  }

  String program() {
    return "docker-credential-" + name;
  }

  /// What it keeps for a server.
  ///
  /// @throws IOException if it cannot be asked, or its answer is none
  Optional<Credentials> get(String server) throws IOException {
    Answer answer = run("get", server);
    if (answer.status != 0) {
      if (answer.text.contains(NOTHING_KEPT)) {
        return Optional.empty();
      }
      throw refused("get", answer);
    }
    try {
      JsonNode kept = JSON.readTree(answer.text);
      return KeptCredentials.shown(
          kept.path("Username").asText(""), kept.path("Secret").asText(""));
    } catch (JsonProcessingException e) {
      throw new IOException("what %s answers is no JSON".formatted(program()), e); // not quoted
    }
  }

  /// Hands it something on its input.
  ///
  /// @param verb `store` or `erase`
  /// @throws IOException if it cannot be started, does not end within half a minute, or refuses
  void tell(String verb, String input) throws IOException {
    Answer answer = run(verb, input);
    if (answer.status != 0) {
      throw refused(verb, answer);
    }
  }

  private IOException refused(String verb, Answer answer) {
    return new IOException(
        "%s %s ends with %d: %s"
            .formatted(program(), verb, answer.status, RegistryHttp.clean(answer.text, 300)));
  }

  private record Answer(int status, String text) {}

  private Answer run(String verb, String input) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(found().toString(), verb).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    FutureTask<Answer> talk = new FutureTask<>(() -> talk(process, input));
    Thread _ = Thread.ofPlatform().daemon().name(program()).start(talk);
    try {
      return talk.get(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("%s did not end within %d seconds".formatted(program(), SECONDS), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("it was interrupted", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(program() + ": " + RegistryFailure.firstLine(cause), e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static Answer talk(Process process, String input)
      throws IOException, InterruptedException {
    try (OutputStream out = process.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it did not want to read it; its status says why
    }
    try (InputStream in = process.getInputStream()) {
      String text = new String(in.readNBytes(LARGEST_ANSWER), StandardCharsets.UTF_8);
      return new Answer(process.waitFor(), text);
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
}
