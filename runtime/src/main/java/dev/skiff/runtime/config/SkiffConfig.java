package dev.skiff.runtime.config;

import dev.skiff.image.squashfs.BlockSize;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The settings in force.
///
/// @param mirrors registry name to the places asked before it, in order; `http://` allows plain
///   http
/// @param insecure `host[:port]` of registries that are spoken to in plain http
/// @param compression how images are compressed where nobody says
/// @param blockSize of images where nobody says
public record SkiffConfig(
    Map<String, List<URI>> mirrors,
    Set<String> insecure,
    Optional<CompressionLevel> compression,
    Optional<BlockSize> blockSize) {

  /// Nothing is set.
  public static final SkiffConfig EMPTY = new SkiffConfig(Map.of(), Set.of());

  public SkiffConfig {
    Map<String, List<URI>> copied = new HashMap<>();
    mirrors.forEach((registry, urls) -> copied.put(registry, List.copyOf(urls)));
    mirrors = Map.copyOf(copied);
    insecure = Set.copyOf(insecure);
  }

  /// Settings of registries alone.
  public SkiffConfig(Map<String, List<URI>> mirrors, Set<String> insecure) {
    this(mirrors, insecure, Optional.empty(), Optional.empty());
  }

  /// Where a registry's images are looked for before the registry itself is asked.
  public List<URI> mirrorsOf(String registry) {
    return mirrors.getOrDefault(registry, List.of());
  }

  /// Whether plain http may be spoken to a registry that is no mirror.
  ///
  /// @param host `host` or `host:port`, as in an image's name
  public boolean isInsecure(String host) {
    return insecure.contains(host);
  }

  /// These settings, and plain http for one more registry.
  public SkiffConfig withInsecure(String host) {
    Set<String> more = new HashSet<>(insecure);
    more.add(host);
    return new SkiffConfig(mirrors, more, compression, blockSize);
  }

  /// A person's settings over a site's: a registry's mirrors are those of the person if they name
  /// any, the insecure hosts are those of both, everything else is the person's where they say it.
  SkiffConfig over(SkiffConfig site) {
    Map<String, List<URI>> both = new HashMap<>(site.mirrors);
    both.putAll(mirrors);
    List<String> hosts = new ArrayList<>(site.insecure);
    hosts.addAll(insecure);
    return new SkiffConfig(
        both,
        new HashSet<>(hosts),
        compression.or(() -> site.compression),
        blockSize.or(() -> site.blockSize));
  }
}
