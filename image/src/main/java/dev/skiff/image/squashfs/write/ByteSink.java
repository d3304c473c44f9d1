package dev.skiff.image.squashfs.write;

import java.io.IOException;

/// Where encoded tables go: the image itself, or memory until their turn comes.
public interface ByteSink {
  void write(byte[] bytes, int offset, int length) throws IOException;
}
