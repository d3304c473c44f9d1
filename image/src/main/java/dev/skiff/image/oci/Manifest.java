package dev.skiff.image.oci;

import dev.skiff.image.MalformedImageException;
import java.util.List;
import java.util.Optional;

/// A manifest of one image, or an index of several.
public sealed interface Manifest {

  /// The largest manifest that is read; registries refuse to store larger ones.
  int LARGEST_BYTES = 4 << 20;

  /// What the document calls itself.
  String mediaType();

  /// The SHA-256 digest of the exact bytes.
  Digest digest();

  /// The exact JSON text.
  String json();

  /// The manifest of one image.
  ///
  /// @param layers oldest first, the topmost last
  /// @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">manifest</a>
  record ImageManifest(
      String mediaType,
      Digest digest,
      String json,
      Descriptor config,
      List<Descriptor> layers,
      Optional<String> artifactType)
      implements Manifest {

    public ImageManifest {
      layers = List.copyOf(layers);
    }
  }

  /// An OCI index or Docker manifest list.
  ///
  /// @param manifests in the order of the document: images, attestations and other artefacts
  /// @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">index</a>
  record ImageIndex(String mediaType, Digest digest, String json, List<Descriptor> manifests)
      implements Manifest {

    public ImageIndex {
      manifests = List.copyOf(manifests);
    }
  }

  /// Reads a manifest of either kind.
  ///
  /// @param name what the bytes are, for messages
  /// @param bytes the whole document
  /// @param expectedMediaType what the pointer to it or the registry said, if anything did
  /// @throws MalformedImageException if it is none, is ambiguous, or is of a kind not supported
  static Manifest parse(String name, byte[] bytes, Optional<String> expectedMediaType)
      throws MalformedImageException {
    return new ManifestParser(name).parse(bytes, expectedMediaType);
  }
}
