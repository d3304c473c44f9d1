package dev.skiff.runtime.launch;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.MalformedImageException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/// An installed tree with the launcher of this checkout and a main class made by hand, in a place
/// that every user can read; and ways to run it as one of them.
final class TestDistribution {

  private final Path top;

  private TestDistribution(Path top) {
    this.top = top;
  }

  static TestDistribution make() throws IOException, URISyntaxException {
    Path top = Files.createTempDirectory("skiff-launch-it");
    Files.setPosixFilePermissions(top, PosixFilePermissions.fromString("rwxr-xr-x"));
    TestDistribution made = new TestDistribution(top);
    Files.createDirectories(top.resolve("bin"));
    Files.createDirectories(top.resolve("lib/skiff"));
    Files.createDirectories(top.resolve("libexec/skiff"));
    made.script("bin/skiff");
    made.script("libexec/skiff/enter");
    made.script("libexec/skiff/enter-isolated");
    made.script("libexec/skiff/parts");
    made.script("libexec/skiff/start");
    made.script("libexec/skiff/start-with-java");
    made.script("libexec/skiff/launch");
    made.script("libexec/skiff/answer");
    made.script("libexec/skiff/isolated");
    made.jar();
    Files.copy(Path.of("../samples/src/test/resources/sif/zstd.sif"), made.image());
    return made;
  }

  private void script(String name) throws IOException {
    String text = Files.readString(Path.of("..", name));
    Path target = top.resolve(name);
    Files.writeString(target, text.replace("dev.skiff.cli.Main", HardMadeExec.class.getName()));
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void jar() throws IOException, URISyntaxException {
    Set<String> names = new HashSet<>();
    try (OutputStream file = Files.newOutputStream(jarFile());
        JarOutputStream jar = new JarOutputStream(file)) {
      for (Class<?> one :
          List.of(
              Handover.class, HardMadeExec.class, MalformedImageException.class, Problem.class)) {
        Path place = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(place)) {
          add(jar, place, names);
        } else {
          try (FileSystem inside = FileSystems.newFileSystem(place)) {
            add(jar, inside.getPath("/"), names);
          }
        }
      }
    }
  }

  private static void add(JarOutputStream jar, Path root, Set<String> names) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        if (name.endsWith(".class") && names.add(name)) {
          jar.putNextEntry(new JarEntry(name));
          jar.write(Files.readAllBytes(file));
        }
      }
    }
  }

  Path top() {
    return top;
  }

  Path launcher() {
    return top.resolve("bin/skiff");
  }

  Path jarFile() {
    return top.resolve("lib/skiff/skiff-cli.jar");
  }

  /// A copy under a name that no other process mentions.
  Path image() {
    return top.resolve("image.sif");
  }

  /// A command line that runs `words` as `user`, seen from the user who runs the tests.
  static List<String> as(String user, List<String> words) {
    List<String> command = new ArrayList<>();
    if (!user.equals(System.getProperty("user.name"))) {
      command.addAll(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--init-groups"));
      command.addAll(List.of("--inh-caps=-all", "env", "HOME=/", "USER=" + user));
    }
    command.addAll(words);
    return command;
  }

  /// What a process said and ended with.
  record Outcome(int status, String output, String error) {}

  Outcome run(String user, String... words) throws IOException, InterruptedException {
    return run(new ProcessBuilder(as(user, List.of(words))).directory(top.toFile()));
  }

  static Outcome run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path error = Files.createTempFile("error", "");
    try {
      Process process = builder.redirectError(error.toFile()).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("still running: " + builder.command());
      }
      return new Outcome(process.exitValue(), output, Files.readString(error));
    } finally {
      Files.delete(error);
    }
  }

  /// The commands of all living processes that mention this tree.
  List<String> leftovers() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.toList()) {
        if (process.getFileName().toString().matches("\\d+")) {
          String command = commandLine(process);
          if (command.contains(top.toString())) {
            found.add(command);
          }
        }
      }
    }
    return found;
  }

  /// Waits until nothing is left, at most 2 s; returns what is left then.
  List<String> leftoversAfterTwoSeconds() throws IOException, InterruptedException {
    List<String> left = leftovers();
    for (int i = 0; i < 40 && !left.isEmpty(); i++) {
      Thread.sleep(50);
      left = leftovers();
    }
    return left;
  }

  private static String commandLine(Path process) {
    try {
      byte[] bytes = Files.readAllBytes(process.resolve("cmdline"));
      return new String(bytes, StandardCharsets.ISO_8859_1).replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }

  void delete() throws IOException {
    try (Stream<Path> files = Files.walk(top)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
