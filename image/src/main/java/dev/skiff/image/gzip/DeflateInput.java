package dev.skiff.image.gzip;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Compressed bytes as bits, lowest first. Behind their end stand zeros, so that whoever decodes
/// need not look at each step: `requireNotOverrun` tells afterwards.
///
/// The fields are the decoder's to keep in local variables while it works.
final class DeflateInput {

  /// Reads eight bytes at once.
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int SLACK_BYTES = 64;

  /// At least so many bytes are there when decoding goes on; a step reads two times eight.
  private static final int AHEAD_BYTES = 16;

  private final InputStream in;
  private int limit;
  private boolean ended;

  final byte[] bytes = new byte[BUFFER_BYTES + SLACK_BYTES];

  /// Of the byte that the next refill begins with.
  int position;

  /// The bits to come, lowest first; those above `bitCount` are already those of `position` on.
  long bits;

  int bitCount;

  DeflateInput(InputStream in) {
    this.in = in;
  }

  /// Sets all three.
  void goOn(int newPosition, long newBits, int newBitCount) {
    position = newPosition;
    bits = newBits;
    bitCount = newBitCount;
  }

  /// Where decoding has to stop and call `fill`.
  int safePosition() {
    return ended ? limit + AHEAD_BYTES : limit - AHEAD_BYTES;
  }

  /// Sees to it that enough bytes are there, or else zeros behind the end.
  ///
  /// @throws EOFException if more was used than there is
  void fill() throws IOException {
    requireNotOverrun();
    if (ended || position < limit - AHEAD_BYTES) {
      return;
    }
    giveBack();
    System.arraycopy(bytes, position, bytes, 0, limit - position);
    limit -= position;
    position = 0;
    while (!ended && limit < BUFFER_BYTES / 2) {
      int count = in.read(bytes, limit, BUFFER_BYTES - limit);
      if (count < 0) {
        ended = true;
        Arrays.fill(bytes, limit, limit + SLACK_BYTES, (byte) 0);
      } else {
        limit += count;
      }
    }
  }

  /// @throws EOFException if bits behind the end were used
  void requireNotOverrun() throws EOFException {
    if (position - (bitCount >>> 3) > limit) {
      throw new EOFException("it ends too early");
    }
  }

  /// The next bits.
  ///
  /// @param count 0 to 32
  int take(int count) throws IOException {
    need();
    int value = (int) (bits & ((1L << count) - 1));
    bits >>>= count;
    bitCount -= count;
    return value;
  }

  /// Makes at least 56 bits ready.
  void need() throws IOException {
    fill();
    bits |= (long) LONG.get(bytes, position) << bitCount;
    position += (63 - bitCount) >>> 3;
    bitCount |= 56;
  }

  /// Goes on at the next whole byte.
  void alignToByte() {
    giveBack();
    bits = 0;
    bitCount = 0;
  }

  /// Whole bytes that were made ready and not used are to be read again.
  private void giveBack() {
    position -= bitCount >>> 3;
    bitCount &= 7;
    bits &= (1L << bitCount) - 1;
  }

  /// Whole bytes, when the position is at one.
  ///
  /// @return how many were copied, at least 1 and at most `most`
  int copy(byte[] to, int offset, int most) throws IOException {
    fill();
    int count = Math.min(most, limit - position);
    if (count <= 0) {
      throw new EOFException("it ends too early");
    }
    System.arraycopy(bytes, position, to, offset, count);
    position += count;
    return count;
  }

  /// Whether nothing follows, when the position is at a whole byte.
  boolean isAtEnd() throws IOException {
    fill();
    return ended && position >= limit;
  }
}
