package dev.skiff.image.squashfs;

import java.io.IOException;

/// Where encoded tables go: the image itself, or memory until their turn comes.
interface ByteSink {
  void write(byte[] bytes, int offset, int length) throws IOException;
}
