package dev.skiff.runtime.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How registries are spoken to. Hosts are `host` or `host:port`, as in an image's name.
///
/// @param mirrors registry to the places asked before it, in order; `http://` allows plain http
/// @param insecure registries that are spoken to in plain http
/// @param certificates files of PEM certificates that are believed for a host
/// @param clientCertificates files of PEM certificates that are shown to a host
/// @param unverified hosts whose certificate is not checked
/// @param parallel how many blobs move at once, 1 or more
/// @param retries how often a failed request is made again, 0 or more
public record RegistrySettings(
    Map<String, List<URI>> mirrors,
    Set<String> insecure,
    Map<String, Path> certificates,
    Map<String, Path> clientCertificates,
    Set<String> unverified,
    int parallel,
    int retries) {

  private static final int PARALLEL = 3;
  private static final int RETRIES = 4;

  /// Nothing is set.
  public static final RegistrySettings EMPTY = new RegistrySettings(Map.of(), Set.of());

  public RegistrySettings {
    Map<String, List<URI>> copied = new HashMap<>();
    mirrors.forEach((registry, urls) -> copied.put(registry, List.copyOf(urls)));
    mirrors = Map.copyOf(copied);
    insecure = Set.copyOf(insecure);
    certificates = Map.copyOf(certificates);
    clientCertificates = Map.copyOf(clientCertificates);
    unverified = Set.copyOf(unverified);
  }

  /// Mirrors and plain http alone.
  public RegistrySettings(Map<String, List<URI>> mirrors, Set<String> insecure) {
    this(mirrors, insecure, Map.of(), Map.of(), Set.of(), PARALLEL, RETRIES);
  }

  /// Where a registry's images are looked for before the registry itself is asked.
  public List<URI> mirrorsOf(String registry) {
    return mirrors.getOrDefault(registry, List.of());
  }

  /// Whether plain http may be spoken to a registry that is no mirror.
  public boolean isInsecure(String host) {
    return insecure.contains(host);
  }

  /// These settings, and plain http for one more registry.
  public RegistrySettings withInsecure(String host) {
    Set<String> more = new HashSet<>(insecure);
    more.add(host);
    return new RegistrySettings(
        mirrors, more, certificates, clientCertificates, unverified, parallel, retries);
  }

  static RegistrySettings of(Configuration configuration) {
    Map<String, List<URI>> mirrors = new HashMap<>();
    configuration
        .rows(Setting.MIRRORS)
        .forEach((host, urls) -> mirrors.put(host, urls.stream().map(URI::create).toList()));
    return new RegistrySettings(
        mirrors,
        Set.copyOf(configuration.words(Setting.INSECURE)),
        files(configuration, Setting.CERTIFICATES),
        files(configuration, Setting.CLIENT_CERTIFICATES),
        Set.copyOf(configuration.words(Setting.UNVERIFIED)),
        configuration.word(Setting.PARALLEL_DOWNLOADS).map(Integer::parseInt).orElse(PARALLEL),
        configuration.word(Setting.RETRIES).map(Integer::parseInt).orElse(RETRIES));
  }

  private static Map<String, Path> files(Configuration configuration, Setting setting) {
    Map<String, Path> files = new HashMap<>();
    configuration
        .rows(setting)
        .forEach((host, values) -> files.put(host, Path.of(values.getFirst())));
    return files;
  }
}
