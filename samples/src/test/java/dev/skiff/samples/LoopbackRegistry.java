package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.execute;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Debian's docker-registry on a free port of the loopback interface, with a store of its own.
final class LoopbackRegistry implements AutoCloseable {

  private static final Path SERVER = Path.of("/usr/bin/docker-registry");

  private final Process process;
  private final int port;

  private LoopbackRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static LoopbackRegistry startOrSkip(Path directory) {
    return start(directory, "");
  }

  /// One that is spoken to by TLS, and lets in only `alice` with `wonderland`. The authority behind
  /// its certificate is `ca.pem` in the directory.
  static LoopbackRegistry startGuardedOrSkip(Path directory) {
    OwnAuthority _ = OwnAuthority.createOrSkip(directory).sign("tls");
    try {
      String password = "$2b$04$brpT9pHFf4PMu1IF3iYK8OwDnQdoR6uQH2lV2o8UWMxhgESZjOAw2";
      Files.writeString(directory.resolve("htpasswd"), "alice:" + password + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return start(
        directory,
        """
        , tls: {certificate: %1$s/tls.pem, key: %1$s/tls.key}}
        auth: {htpasswd: {realm: test, path: %1$s/htpasswd}
        """
            .formatted(directory));
  }

  /// One that lets in whoever shows a certificate of the authority that is made in the directory:
  /// `me.pem` with `me.key` is one, and so is `other.pem`.
  static LoopbackRegistry startMutualOrSkip(Path directory) {
    OwnAuthority _ = OwnAuthority.createOrSkip(directory).sign("tls").sign("me").sign("other");
    return start(
        directory,
        ", tls: {certificate: %1$s/tls.pem, key: %1$s/tls.key, clientcas: [%1$s/ca.pem]}"
            .formatted(directory));
  }

  /// @param guarded what stands behind the address within the braces of `http`
  private static LoopbackRegistry start(Path directory, String guarded) {
    assumeTrue(Files.isExecutable(SERVER), "docker-registry is not installed");
    try {
      int port = freePort();
      Path config =
          Files.writeString(
              directory.resolve("registry.yml"),
              """
              version: 0.1
              log: {level: error}
              storage:
                filesystem: {rootdirectory: %s}
              http: {addr: "127.0.0.1:%d"%s}
              """
                  .formatted(directory.resolve("registry"), port, guarded.strip()));
      Process process =
          new ProcessBuilder(SERVER.toString(), "serve", config.toString())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("registry.log").toFile())
              .start();
      LoopbackRegistry registry = new LoopbackRegistry(process, port);
      registry.await();
      return registry;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// `127.0.0.1:PORT`.
  String host() {
    return "127.0.0.1:" + port;
  }

  /// Copies an OCI archive into the registry.
  ///
  /// @return what to pull: host, name and tag
  String push(Path ociArchive, String name) {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    String reference = host() + "/" + name + ":1";
    execute(
        "skopeo",
        "--insecure-policy",
        "copy",
        "--dest-tls-verify=false",
        "oci-archive:" + ociArchive,
        "docker://" + reference);
    return reference;
  }

  private void await() {
    for (int attempt = 0; attempt < 100; attempt++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
        return;
      } catch (IOException e) {
        pause();
      }
    }
    process.destroyForcibly();
    throw new AssertionError("docker-registry did not open port " + port);
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  /// A port of the loopback interface that nobody listens on.
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    end();
  }

  /// Ends it before its time: from now on nothing can be fetched.
  void end() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }
}
