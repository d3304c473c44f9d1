package dev.skiff.samples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A Docker daemon of a test's own: its socket, its data, no network of its own. It ends with the
/// test, by its process.
final class PrivateDockerd implements AutoCloseable {

  private static final Path SERVER = Path.of("/usr/sbin/dockerd");
  private static final int LONGEST_SOCKET_NAME = 100;

  private final Process process;
  private final Path directory;

  private PrivateDockerd(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  static PrivateDockerd startOrSkip() {
    assumeTrue(Files.isExecutable(SERVER), "dockerd is not installed");
    assumeTrue("root".equals(System.getProperty("user.name")), "dockerd needs root");
    try {
      Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "skiff-dockerd-");
      InstalledSkiff.execute("chmod", "755", directory.toString());
      assumeTrue(socket(directory).toString().length() < LONGEST_SOCKET_NAME);
      Process process =
          new ProcessBuilder(
                  "unshare", // what it leaves mounted goes with it
                  "-m",
                  SERVER.toString(),
                  "-H",
                  "unix://" + socket(directory),
                  "--data-root",
                  directory.resolve("data").toString(),
                  "--exec-root",
                  directory.resolve("exec").toString(),
                  "--pidfile",
                  directory.resolve("pid").toString(),
                  "--iptables=false",
                  "--bridge=none")
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
      PrivateDockerd daemon = new PrivateDockerd(process, directory);
      daemon.await();
      return daemon;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path socket(Path directory) {
    return directory.resolve("docker.sock");
  }

  /// What a command is given to find it.
  Map<String, String> environment() {
    return Map.of("DOCKER_HOST", address());
  }

  /// `unix://` and its socket.
  String address() {
    return "unix://" + socket(directory);
  }

  /// Lets everybody use it, or root alone.
  void openTo(HostUser user) {
    String mode = user == HostUser.ROOT ? "600" : "666";
    InstalledSkiff.execute("chmod", mode, socket(directory).toString());
  }

  /// `docker WORDS...`, as root.
  String docker(String... words) {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/docker"))
            || Files.isExecutable(Path.of("/usr/local/bin/docker")),
        "the docker command is not installed");
    List<String> command = new ArrayList<>(List.of("docker", "-H", address()));
    command.addAll(List.of(words));
    return InstalledSkiff.execute(command.toArray(String[]::new));
  }

  private void await() throws IOException {
    for (int attempt = 0; attempt < 300 && process.isAlive(); attempt++) {
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        if (channel.connect(UnixDomainSocketAddress.of(socket(directory)))) {
          return;
        }
      } catch (IOException e) {
        pause();
      }
    }
    String log = Files.readString(directory.resolve("log"));
    boolean ended = !process.isAlive();
    close();
    String last = log.lines().reduce("", (before, line) -> line);
    assumeTrue(!ended, "dockerd does not run here: " + last);
    throw new AssertionError("dockerd did not open its socket: " + last);
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /// It ends its containers and its containerd itself.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
    InstalledSkiff.execute("rm", "-rf", directory.toString());
  }
}
