package dev.skiff.image.oci;

import dev.skiff.image.MalformedImageException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// Hands bytes through and throws at their end if they do not have the digest wanted.
public final class DigestCheckedStream extends FilterInputStream {

  private final String name;
  private final String field;
  private final Digest wanted;
  private final MessageDigest hash;
  private boolean ended;

  /// Watches a stream, which this one then owns.
  ///
  /// @param name what the bytes are, for messages
  /// @param field the field that holds the digest
  public DigestCheckedStream(InputStream in, String name, String field, Digest wanted) {
    super(in);
    this.name = name;
    this.field = field;
    this.wanted = wanted;
    this.hash = wanted.algorithm().start();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = in.read(buffer, offset, length);
    if (count > 0) {
      hash.update(buffer, offset, count);
    } else if (count < 0 && !ended) {
      ended = true;
      Digest found = Digest.of(wanted.algorithm(), hash.digest());
      if (!found.equals(wanted)) {
        throw new MalformedImageException(
            name, -1, field, "the bytes have digest %s, wanted %s".formatted(found, wanted));
      }
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    byte[] buffer = new byte[(int) Math.min(count, 1 << 16)];
    int skipped = count <= 0 ? 0 : read(buffer, 0, buffer.length);
    return Math.max(skipped, 0);
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
