package dev.skiff.image.tree;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// The bytes of a regular file. A writer opens each at most once, one at a time, and closes it.
public interface FileContent {

  /// Bytes in memory.
  ///
  /// @param bytes not to be changed any more
  static FileContent of(byte[] bytes) {
    return new BytesContent(bytes);
  }

  /// How many bytes `open` will yield, exactly.
  long sizeBytes();

  /// Opens the bytes from their start; the caller closes.
  ///
  /// @throws IOException if the bytes cannot be had; also when they prove fewer or more than said
  InputStream open() throws IOException;

  /// What names these bytes, if whoever took them in has computed it.
  default Optional<ContentKey> key() {
    return Optional.empty();
  }
}
