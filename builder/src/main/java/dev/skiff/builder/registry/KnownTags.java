package dev.skiff.builder.registry;

import dev.skiff.image.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/// What names of images stood for when a registry was asked last: of use without a network only,
/// since a tag may have moved.
///
/// @param cache in which the manifests are
record KnownTags(BlobCache cache) {

  private static final int LARGEST_BYTES = 4096;

  private Path file(String reference) {
    byte[] name = reference.getBytes(StandardCharsets.UTF_8);
    return cache.root().resolve("references").resolve(Digest.sha256(name).hex());
  }

  /// The digest of the manifest, or of the file, that it was.
  ///
  /// @param reference an image's name, or a URI
  Optional<Digest> find(String reference) {
    Path file = file(reference);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_BYTES) {
        return Optional.empty();
      }
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      return lines.size() == 2 && lines.get(1).equals(reference)
          ? Optional.of(Digest.parse(lines.getFirst()))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Notes what a registry said.
  void put(String reference, Digest manifest) {
    if (find(reference).equals(Optional.of(manifest))) {
      return;
    }
    Path file = file(reference);
    try {
      Path directory = Files.createDirectories(file.getParent());
      Path part = Files.createTempFile(directory, ".reference-", ".part");
      try {
        Path _ = Files.writeString(part, manifest + "\n" + reference + "\n");
        Path _ = Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        boolean _ = Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      // it is asked again the next time
    }
  }
}
