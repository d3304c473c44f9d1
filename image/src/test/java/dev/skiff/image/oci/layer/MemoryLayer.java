package dev.skiff.image.oci.layer;

import dev.skiff.image.tar.TarBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A layer in memory that counts how often it is read.
final class MemoryLayer implements TarLayer {

  private final byte[] stored;
  private int opened;

  MemoryLayer(byte[] stored) {
    this.stored = stored;
  }

  static MemoryLayer of(TarBytes tar) {
    return new MemoryLayer(tar.finished());
  }

  int opened() {
    return opened;
  }

  @Override
  public String name() {
    return "layer";
  }

  @Override
  public InputStream open() throws IOException {
    opened++;
    return Decompression.open(name(), new ByteArrayInputStream(stored));
  }
}
