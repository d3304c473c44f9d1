package dev.skiff.builder.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The folders in which Docker and containers/image look for certificates: each holds one a
/// registry, `certs.d/HOST:PORT`. Authorities are `*.crt`; what is shown to the registry is
/// `NAME.cert`, with its key in `NAME.key`. What the caller cannot read is none.
///
/// @param folders the nearest first; the first that knows a registry is the one that counts
/// @see <a href="https://docs.docker.com/engine/security/certificates/">Docker: certificates</a>
record CertificateFolders(List<Path> folders) {

  CertificateFolders {
    folders = List.copyOf(folders);
  }

  /// The caller's own, then the machine's.
  static CertificateFolders of(Map<String, String> environment) {
    Path home = Path.of(environment.getOrDefault("HOME", "/"));
    String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path own = configured.startsWith("/") ? Path.of(configured) : home.resolve(".config");
    return new CertificateFolders(
        List.of(
            own.resolve("containers/certs.d"),
            own.resolve("docker/certs.d"),
            Path.of("/etc/containers/certs.d"),
            Path.of("/etc/docker/certs.d")));
  }

  /// @param host `host` or `host:port`
  List<Path> authorities(String host) throws IOException {
    return files(host, ".crt");
  }

  /// What is shown to the registry: the first by name whose key can be read, too.
  ///
  /// @param host `host` or `host:port`
  Optional<Path> certificate(String host) throws IOException {
    return files(host, ".cert").stream()
        .filter(file -> Files.isReadable(ClientCertificate.keyBeside(file)))
        .findFirst();
  }

  private List<Path> files(String host, String ending) throws IOException {
    if (host.isEmpty() || host.startsWith(".") || host.contains("/")) {
      return List.of();
    }
    Optional<Path> folder =
        folders.stream().map(all -> all.resolve(host)).filter(Files::isDirectory).findFirst();
    if (folder.isEmpty() || !Files.isReadable(folder.get())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.get())) {
      return files
          .filter(file -> file.toString().endsWith(ending) && Files.isReadable(file))
          .sorted()
          .toList();
    }
  }
}
