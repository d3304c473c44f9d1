package dev.skiff.image.oci;

import dev.skiff.image.MalformedImageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// Where the parts of an image are read from: a registry, a layout directory, an archive. A source
/// gives bytes; {@link OciImage#open} makes an image of them. Usable from several threads.
public interface ImageSource extends Closeable {

  /// The source as the person named it, for messages.
  String name();

  /// The manifest or index that the name stands for.
  ///
  /// @throws NoSuchImageException if the source holds images but not the one named
  Manifest root() throws IOException;

  /// A manifest that an index points to; its size and digest are checked.
  default Manifest manifest(Descriptor descriptor) throws IOException {
    String name = "manifest " + descriptor.digest() + " of " + name();
    if (descriptor.sizeBytes() > Manifest.LARGEST_BYTES) {
      throw new MalformedImageException(
          name,
          -1,
          "size",
          "found %d, at most %d may be".formatted(descriptor.sizeBytes(), Manifest.LARGEST_BYTES));
    }
    try (InputStream in = blob(descriptor)) {
      byte[] bytes = in.readAllBytes();
      return Manifest.parse(name, bytes, Optional.of(descriptor.mediaType()));
    }
  }

  /// The stored bytes of a configuration or layer, as they are, so perhaps compressed. A stream
  /// that is read to its end has the size and digest of the descriptor, or its last read throws.
  /// May wait for a download. The caller closes.
  InputStream blob(Descriptor descriptor) throws IOException;

  /// The image's name, if it is one of a registry: what has a copy of it there can take blobs over.
  default Optional<ImageReference> registryName() {
    return Optional.empty();
  }

  /// Says which blobs will be asked for, in which order, so that fetching can begin. Returns at
  /// once.
  default void announce(List<Descriptor> blobs) {}
}
