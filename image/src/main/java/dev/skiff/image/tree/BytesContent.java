package dev.skiff.image.tree;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// Bytes in memory, which nobody changes.
final class BytesContent implements FileContent {

  private final byte[] bytes;

  BytesContent(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long sizeBytes() {
    return bytes.length;
  }

  @Override
  public InputStream open() {
    return new ByteArrayInputStream(bytes);
  }
}
