package dev.skiff.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The distribution in a folder that every user may read, made once for all tests of a run.
final class InstalledSkiff {

  private static final Path DISTRIBUTION = Path.of("../cli/target/dist").toAbsolutePath();
  private static final Path INSTALLED = install();

  private InstalledSkiff() {}

  static Path command() {
    return INSTALLED.resolve("bin/skiff");
  }

  /// A new directory that belongs to `user`.
  static Path directoryOf(HostUser user) {
    try {
      Path directory = Files.createTempDirectory(INSTALLED, "work-");
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      execute("chown", user.ids().get(0) + ":" + user.ids().get(1), directory.toString());
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// `skiff WORDS...` as `user` in `directory`.
  static Outcome skiff(HostUser user, Path directory, String... words) {
    return skiff(user, directory, Map.of(), words);
  }

  static Outcome skiff(
      HostUser user, Path directory, Map<String, String> environment, String... words) {
    List<String> command = new ArrayList<>(List.of(command().toString()));
    command.addAll(List.of(words));
    return as(user, directory, environment, "", command);
  }

  /// Any command as `user` in `directory`, with a clean environment besides `environment`.
  static Outcome as(
      HostUser user,
      Path directory,
      Map<String, String> environment,
      String input,
      List<String> command) {
    return as(user, directory, environment, input, List.of(), command);
  }

  /// The same on a machine that `machine` changes: words that run those behind them, as root.
  static Outcome as(
      HostUser user,
      Path directory,
      Map<String, String> environment,
      String input,
      List<String> machine,
      List<String> command) {
    List<String> words = new ArrayList<>(machine);
    List<String> ids = user.ids();
    if (user != HostUser.ROOT) {
      words.addAll(
          List.of("setpriv", "--reuid", ids.get(0), "--regid", ids.get(1), "--init-groups"));
    }
    words.addAll(command);
    Map<String, String> variables = new TreeMap<>();
    variables.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    variables.put("HOME", ids.get(2));
    variables.put("USER", user.account());
    variables.put("LANG", "C.UTF-8");
    variables.put("TERM", "dumb");
    variables.put("SKIFF_CACHEDIR", cacheOf(user, directory).toString());
    variables.putAll(environment);
    return run(directory, variables, input, words);
  }

  /// What one test leaves is nothing to the next.
  private static Path cacheOf(HostUser user, Path directory) {
    return INSTALLED.resolve("caches").resolve(user.account() + "-" + directory.getFileName());
  }

  private static Outcome run(
      Path directory, Map<String, String> variables, String input, List<String> words) {
    try {
      Path out = Files.createTempFile("skiff-it", ".out");
      Path err = Files.createTempFile("skiff-it", ".err");
      Path in = Files.writeString(Files.createTempFile("skiff-it", ".in"), input);
      ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
      builder.environment().clear();
      builder.environment().putAll(variables);
      builder.redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
      Process process = builder.start();
      if (!process.waitFor(15, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("no end after 15 minutes: " + words);
      }
      Outcome outcome =
          new Outcome(String.join(" ", words), process.exitValue(), text(out), text(err));
      Files.delete(in);
      Files.delete(out);
      Files.delete(err);
      return outcome;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static Path install() {
    assumeTrue(
        Files.isExecutable(DISTRIBUTION.resolve("bin/skiff")),
        "the distribution is not built: " + DISTRIBUTION);
    try {
      Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "skiff-it-");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      execute("cp", "-a", DISTRIBUTION + "/.", folder.toString());
      execute("chmod", "-R", "a+rX", folder.toString());
      execute("mkdir", "-m", "1777", folder.resolve("caches").toString());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> execute("rm", "-rf", folder + "")));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String execute(String... words) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getOutputStream().close();
      try (InputStream output = process.getInputStream()) {
        String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", words) + ": " + text).isZero();
        return text;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /// Copies a resource of this module's samples, for a user to work on.
  static void copySample(String name, Path directory) {
    Path source = Path.of(name).toAbsolutePath();
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(
            file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
