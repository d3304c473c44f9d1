package dev.skiff.image.oci;

import java.util.Map;
import java.util.Optional;

/// A pointer to some bytes: what they are, how many, and their digest.
///
/// @param mediaType what the bytes are said to be
/// @param digest the digest of the bytes as stored, so of the compressed layer
/// @param sizeBytes how many bytes, 0 or more
/// @param platform for which machine, in an index
/// @param artifactType what it is for: a signature, a bill of materials; of an image the type of
///   its configuration, if anything
/// @param annotations key to value, as found
/// @see <a
///   href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md">descriptor</a>
public record Descriptor(
    String mediaType,
    Digest digest,
    long sizeBytes,
    Optional<Platform> platform,
    Optional<String> artifactType,
    Map<String, String> annotations) {

  public Descriptor {
    if (sizeBytes < 0) {
      throw new IllegalArgumentException("size is negative: " + sizeBytes);
    }
    annotations = Map.copyOf(annotations);
  }

  /// A pointer without platform, artefact type or annotations.
  public static Descriptor of(String mediaType, Digest digest, long sizeBytes) {
    return new Descriptor(
        mediaType, digest, sizeBytes, Optional.empty(), Optional.empty(), Map.of());
  }
}
