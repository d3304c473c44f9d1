package dev.skiff.image.squashfs.codec;

/// One LZO1X block on its way to being decompressed. Each instruction copies a match, then up to
/// three literals; what an instruction below 16 means depends on how many literals came before it.
///
/// @see <a href="https://docs.kernel.org/staging/lzo.html">LZO stream format as understood by
///   Linux's LZO decompressor</a>
final class LzoBlock {

  private static final int AFTER_LITERAL_RUN = 4;

  private final byte[] input;
  private final int length;
  private final byte[] output;
  private int in;
  private int out;

  /// How many literals the last instruction copied, 0 to 3, or `AFTER_LITERAL_RUN`.
  private int state;

  private LzoBlock(byte[] input, int length, byte[] output) {
    this.input = input;
    this.length = length;
    this.output = output;
  }

  static int decompress(byte[] input, int length, byte[] output) throws CorruptBlockException {
    LzoBlock block = new LzoBlock(input, length, output);
    block.firstInstruction();
    boolean more = true;
    while (more) {
      more = block.instruction();
    }
    if (block.in != length) {
      throw new CorruptBlockException("lzo: bytes after the end of the stream");
    }
    return block.out;
  }

  private void firstInstruction() throws CorruptBlockException {
    if (length > 0 && (input[0] & 0xff) > 17) {
      int literals = next() - 17;
      copyLiterals(literals);
      state = Math.min(literals, AFTER_LITERAL_RUN);
    }
  }

  /// Carries out one instruction; false after the one that ends the stream.
  private boolean instruction() throws CorruptBlockException {
    int code = next();
    if (code >= 64) {
      int distance = 1 + ((code >> 2) & 7) + (next() << 3);
      match(distance, (code >> 5) + 1, code & 3);
    } else if (code >= 32) {
      int count = 2 + extended(code & 31, 31);
      int word = nextWord();
      match(1 + (word >> 2), count, word & 3);
    } else if (code >= 16) {
      return farMatch(code);
    } else {
      nearMatchOrLiterals(code);
    }
    return true;
  }

  private boolean farMatch(int code) throws CorruptBlockException {
    int count = 2 + extended(code & 7, 7);
    int word = nextWord();
    int distance = ((code & 8) << 11) + (word >> 2);
    if (distance == 0) {
      return false;
    }
    match(distance + 0x4000, count, word & 3);
    return true;
  }

  private void nearMatchOrLiterals(int code) throws CorruptBlockException {
    if (state == 0) {
      copyLiterals(3 + extended(code, 15));
      state = AFTER_LITERAL_RUN;
    } else if (state == AFTER_LITERAL_RUN) {
      match(1 + 0x800 + (code >> 2) + (next() << 2), 3, code & 3);
    } else {
      match(1 + (code >> 2) + (next() << 2), 2, code & 3);
    }
  }

  /// A count that, when its bits are zero, goes on in bytes: 255 for each zero byte, then the rest.
  private int extended(int bits, int most) throws CorruptBlockException {
    if (bits != 0) {
      return bits;
    }
    int count = most;
    int digit = next();
    while (digit == 0) {
      count += 255;
      digit = next();
    }
    return count + digit;
  }

  private void match(int distance, int count, int literals) throws CorruptBlockException {
    if (distance > out) {
      throw new CorruptBlockException("lzo: a match before the start of the block");
    }
    requireRoom(count);
    for (int i = 0; i < count; i++, out++) {
      output[out] = output[out - distance];
    }
    copyLiterals(literals);
    state = literals;
  }

  private void copyLiterals(int count) throws CorruptBlockException {
    requireRoom(count);
    if (count > length - in) {
      throw new CorruptBlockException("lzo: the stream ends early");
    }
    System.arraycopy(input, in, output, out, count);
    in += count;
    out += count;
  }

  private void requireRoom(int count) throws CorruptBlockException {
    if (count > output.length - out) {
      throw new CorruptBlockException("lzo: more than " + output.length + " bytes");
    }
  }

  private int nextWord() throws CorruptBlockException {
    return next() | (next() << 8);
  }

  private int next() throws CorruptBlockException {
    if (in == length) {
      throw new CorruptBlockException("lzo: the stream ends early");
    }
    return input[in++] & 0xff;
  }
}
