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
  private final String tcpAddress;

  private PrivateDockerd(Process process, Path directory, String tcpAddress) {
    this.process = process;
    this.directory = directory;
    this.tcpAddress = tcpAddress;
  }

  static PrivateDockerd startOrSkip() {
    return startOrSkip("", List.of());
  }

  /// One that listens on TCP too, for whoever shows a certificate of the authority that is made in
  /// a directory: `me.pem` with `me.key` is one.
  static PrivateDockerd startTlsOrSkip(Path directory) {
    OwnAuthority _ = OwnAuthority.createOrSkip(directory).sign("server").sign("me");
    String address = "tcp://127.0.0.1:" + LoopbackRegistry.freePort();
    return startOrSkip(
        address,
        List.of(
            "-H",
            address,
            "--tlsverify",
            "--tlscacert=" + directory.resolve("ca.pem"),
            "--tlscert=" + directory.resolve("server.pem"),
            "--tlskey=" + directory.resolve("server.key")));
  }

  private static PrivateDockerd startOrSkip(String tcpAddress, List<String> more) {
    assumeTrue(Files.isExecutable(SERVER), "dockerd is not installed");
    assumeTrue("root".equals(System.getProperty("user.name")), "dockerd needs root");
    try {
      Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "skiff-dockerd-");
      InstalledSkiff.execute("chmod", "755", directory.toString());
      assumeTrue(socket(directory).toString().length() < LONGEST_SOCKET_NAME);
      List<String> command =
          new ArrayList<>(
              List.of(
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
                  "--bridge=none"));
      command.addAll(more);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
      PrivateDockerd daemon = new PrivateDockerd(process, directory, tcpAddress);
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

  /// `tcp://` and its port, where it listens on one.
  String tcpAddress() {
    return tcpAddress;
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
