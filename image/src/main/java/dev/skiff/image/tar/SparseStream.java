package dev.skiff.image.tar;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// A sparse file's bytes with its holes as zeros.
final class SparseStream extends InputStream {

  private final InputStream stored;
  private final long sizeBytes;
  private final Iterator<SparseMap.Part> parts;
  private SparseMap.@Nullable Part part;
  private long position;

  SparseStream(InputStream stored, SparseMap map) {
    this.stored = stored;
    this.sizeBytes = map.sizeBytes();
    this.parts = map.parts().iterator();
    this.part = parts.hasNext() ? parts.next() : null;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position == sizeBytes) {
      return -1;
    }
    SparseMap.Part here = part;
    if (here == null || position < here.offsetBytes()) {
      long hole = (here == null ? sizeBytes : here.offsetBytes()) - position;
      int count = (int) Math.min(length, hole);
      Arrays.fill(buffer, offset, offset + count, (byte) 0);
      position += count;
      return count;
    }
    long left = here.offsetBytes() + here.lengthBytes() - position;
    int count = stored.read(buffer, offset, (int) Math.min(length, left));
    position += Math.max(count, 0);
    if (count == left) {
      part = parts.hasNext() ? parts.next() : null;
    }
    return count;
  }
}
