package dev.skiff.runtime.kernel;

/// Kernel structures as byte arrays, on the little-endian machines Skiff runs on. Plain loops: a
/// `VarHandle` or a `ByteBuffer` here would cost start-up time.
public final class LittleEndian {

  private LittleEndian() {}

  /// Stores the lowest `size` bytes of `value` at `offset`.
  public static void put(byte[] target, int offset, int size, long value) {
    for (int i = 0; i < size; i++) {
      target[offset + i] = (byte) (value >>> (8 * i));
    }
  }

  /// The number of `size` bytes at `offset`, unsigned unless `size` is 8, the most there may be.
  public static long get(byte[] source, int offset, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | (source[offset + i] & 0xFF);
    }
    return value;
  }
}
