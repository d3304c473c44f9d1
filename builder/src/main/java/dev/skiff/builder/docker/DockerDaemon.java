package dev.skiff.builder.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.skiff.builder.docker.DaemonProblems.Encryption;
import dev.skiff.definitions.problem.ProblemException;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A Docker daemon that answers.
public final class DockerDaemon implements Closeable {

  static {
    // Its logging finds no one to listen, which it would say on standard error.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
  }

  private static final List<String> SCHEMES = List.of("unix://", "tcp://");
  private static final List<String> CERTIFICATES = List.of("ca.pem", "cert.pem", "key.pem");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final DockerClient client;
  private final URI host;

  private DockerDaemon(DockerClient client, URI host) {
    this.client = client;
    this.host = host;
  }

  /// Finds the daemon as Docker's own command does: `DOCKER_HOST`, else the context in use, else
  /// the usual socket. The version of its interface is left to the daemon.
  ///
  /// @throws ProblemException if there is none, or it may not be used
  static DockerDaemon open(Map<String, String> environment) {
    DefaultDockerClientConfig config = config(environment);
    URI host = config.getDockerHost();
    if ("unix".equals(host.getScheme())) {
      requireSocket(host, Path.of(host.getPath()));
    }
    ZerodepDockerHttpClient connection =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(host)
            .sslConfig(config.getSSLConfig())
            .connectionTimeout(PATIENCE)
            .build();
    DockerDaemon daemon = new DockerDaemon(DockerClientImpl.getInstance(config, connection), host);
    try {
      var _ = daemon.client.pingCmd().exec();
      return daemon;
    } catch (RuntimeException e) { // every failure of the connection is one
      daemon.close();
      Encryption encryption = config.getSSLConfig() == null ? Encryption.NONE : Encryption.TLS;
      throw DaemonProblems.noAnswer(host, encryption, e);
    }
  }

  private static DefaultDockerClientConfig config(Map<String, String> environment) {
    String named = environment.getOrDefault("DOCKER_HOST", "");
    try {
      DefaultDockerClientConfig.Builder builder =
          DefaultDockerClientConfig.createDefaultConfigBuilder();
      if (!named.isEmpty()) {
        URI host = URI.create(named);
        if ("ssh".equals(host.getScheme())) {
          throw DaemonProblems.ssh(named);
        }
        if (host.getScheme() == null || !SCHEMES.contains(host.getScheme() + "://")) {
          throw new IllegalArgumentException("it has none of " + SCHEMES);
        }
        builder = builder.withDockerHost(named).withDockerContext("default");
      }
      return certificates(builder.withDockerConfig(folder(environment) + ""), environment).build();
    } catch (IllegalArgumentException
        | IllegalStateException
        | DockerClientException
        | DockerException e) {
      throw DaemonProblems.unusableAddress(named, e);
    }
  }

  /// Docker's own folder. As root of a namespace, the process has another home by its id.
  private static Path folder(Map<String, String> environment) {
    String named = environment.getOrDefault("DOCKER_CONFIG", "");
    return named.isEmpty()
        ? Path.of(environment.getOrDefault("HOME", "/"), ".docker")
        : Path.of(named);
  }

  /// As Docker's own command: any text asks for TLS, and the folder has a default.
  private static DefaultDockerClientConfig.Builder certificates(
      DefaultDockerClientConfig.Builder builder, Map<String, String> environment) {
    if (environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty()) {
      return builder;
    }
    String named = environment.getOrDefault("DOCKER_CERT_PATH", "");
    Path folder = named.isEmpty() ? folder(environment) : Path.of(named);
    for (String file : CERTIFICATES) {
      if (!Files.isReadable(folder.resolve(file))) {
        throw DaemonProblems.noCertificate(folder.resolve(file));
      }
    }
    return builder.withDockerTlsVerify(true).withDockerCertPath(folder.toString());
  }

  /// Says what is wrong with a socket, which whoever connects through it does not.
  private static void requireSocket(URI host, Path socket) {
    if (!Files.exists(socket)) {
      Path parent = socket.getParent();
      boolean hidden = parent != null && Files.exists(parent) && !Files.isExecutable(parent);
      throw DaemonProblems.noSocket(host, !hidden);
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      boolean _ = channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw DaemonProblems.notConnected(host, e);
    }
  }

  DockerClient client() {
    return client;
  }

  /// Asks something of the daemon.
  ///
  /// @param what was asked, as in `save 'app:1'`
  /// @throws ProblemException if it refuses, or is gone
  <T> T ask(String what, Supplier<T> question) {
    try {
      return question.get();
    } catch (DockerException e) {
      throw DaemonProblems.refused(what, host, e);
    } catch (ProblemException e) {
      throw e;
    } catch (RuntimeException e) { // every failure of the connection is one
      throw DaemonProblems.broken(what, host, e);
    }
  }

  /// An image that the daemon has.
  ///
  /// @param sizeBytes of its layers, unpacked
  record Found(String id, long sizeBytes) {}

  /// Looks an image up.
  ///
  /// @throws ProblemException if there is none
  Found find(String name) {
    return ask(
        "look for '%s'".formatted(name),
        () -> {
          try {
            InspectImageResponse found = client.inspectImageCmd(name).exec();
            Long size = found.getSize();
            return new Found(String.valueOf(found.getId()), size == null ? -1 : size);
          } catch (NotFoundException e) {
            throw DaemonProblems.noImage(name, host);
          }
        });
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      // nothing more is asked
    }
  }
}
