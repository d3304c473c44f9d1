package dev.skiff.image.gzip;

import java.io.IOException;
import java.util.zip.DataFormatException;

/// Decodes deflate blocks into a window, from which the plain bytes are taken.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc1951">RFC 1951</a>
final class DeflateDecoder {

  private static final int HISTORY_BYTES = 1 << 15;
  private static final int WINDOW_BYTES = HISTORY_BYTES + (1 << 17);

  /// The longest match, and what copying by eight bytes and three literals may write beyond.
  private static final int SLACK_BYTES = 258 + 64;

  private static final int SAFE_BYTES = WINDOW_BYTES - SLACK_BYTES;

  private enum State {
    BETWEEN_BLOCKS,
    IN_STORED,
    IN_CODED,
    DONE
  }

  private final DeflateInput input;
  private final DeflateCodes codes;
  private final byte[] window = new byte[WINDOW_BYTES];

  /// The bytes in the window that a match may refer to begin here.
  private int begin;

  private int taken;
  private int end;
  private int storedLeft;
  private boolean isLast;
  private State state = State.DONE;

  DeflateDecoder(DeflateInput input) {
    this.input = input;
    codes = new DeflateCodes(input);
  }

  /// Begins a new stream, when all of the one before was taken.
  void start() {
    begin = end;
    isLast = false;
    state = State.BETWEEN_BLOCKS;
  }

  /// Where bytes are that were decoded and not taken.
  byte[] window() {
    return window;
  }

  /// Of the first byte that was not taken.
  int position() {
    return taken;
  }

  void take(int count) {
    taken += count;
  }

  /// How many bytes stand ready from `position` on; decodes more when there are none.
  ///
  /// @return 0 when the stream is at its end
  int available() throws IOException, DataFormatException {
    if (taken == end) {
      slide();
      while (taken == end && state != State.DONE) {
        decodeSome();
      }
    }
    return end - taken;
  }

  private void slide() {
    int keep = Math.min(HISTORY_BYTES, end - begin);
    System.arraycopy(window, end - keep, window, 0, keep);
    begin = 0;
    end = keep;
    taken = keep;
  }

  private void decodeSome() throws IOException, DataFormatException {
    switch (state) {
      case BETWEEN_BLOCKS -> startBlock();
      case IN_STORED -> copyStored();
      case IN_CODED -> decodeCoded();
      case DONE -> {}
    }
  }

  private void startBlock() throws IOException, DataFormatException {
    if (isLast) {
      state = State.DONE;
      return;
    }
    isLast = input.take(1) == 1;
    switch (input.take(2)) {
      case 0 -> {
        input.alignToByte();
        storedLeft = input.take(16);
        if (input.take(16) != (~storedLeft & 0xFFFF)) {
          throw new DataFormatException("a stored block's length is not as its complement says");
        }
        input.alignToByte();
        state = State.IN_STORED;
      }
      case 1 -> {
        codes.useFixed();
        state = State.IN_CODED;
      }
      case 2 -> {
        codes.readDynamic();
        state = State.IN_CODED;
      }
      default -> throw new DataFormatException("there is no such type of block");
    }
  }

  private void copyStored() throws IOException {
    if (storedLeft == 0) {
      state = State.BETWEEN_BLOCKS;
      return;
    }
    int count = input.copy(window, end, Math.min(storedLeft, SAFE_BYTES - end));
    storedLeft -= count;
    end += count;
  }

  private void decodeCoded() throws IOException, DataFormatException {
    while (end < SAFE_BYTES && state == State.IN_CODED) {
      input.fill();
      if (decodeSymbols(input.bytes, codes.literals().entries, codes.distances().entries)) {
        state = State.BETWEEN_BLOCKS;
      }
    }
    input.requireNotOverrun();
  }

  /// The loop in which a conversion spends a third of its time. Stops at the end of the block, when
  /// the input runs low or when the window is full.
  ///
  /// A literal takes at most 15 bits, a length with its extra bits 20, a distance 28: after each
  /// refill, which leaves at least 56, there is no need to look.
  ///
  /// @return whether the block ended
  private boolean decodeSymbols(byte[] in, int[] literals, int[] distances)
      throws DataFormatException {
    int at = input.position;
    long bits = input.bits;
    int count = input.bitCount;
    int to = end;
    int entry = 0;
    for (int safe = input.safePosition(); at < safe && to < SAFE_BYTES; ) {
      bits |= (long) DeflateInput.LONG.get(in, at) << count;
      at += (63 - count) >>> 3;
      count |= 56;
      entry = literals[(int) bits & DeflateCodes.LITERAL_MASK];
      for (int more = 2; entry < 0 && more > 0; more--) {
        window[to++] = (byte) (entry >>> HuffmanTable.VALUE_SHIFT);
        bits >>>= entry;
        count -= entry & HuffmanTable.ALL_BITS_MASK;
        entry = literals[(int) bits & DeflateCodes.LITERAL_MASK];
      }
      entry = HuffmanTable.follow(literals, entry, bits);
      long length = bits;
      bits >>>= entry;
      count -= entry & HuffmanTable.ALL_BITS_MASK;
      if (entry < 0) {
        window[to++] = (byte) (entry >>> HuffmanTable.VALUE_SHIFT);
        continue;
      }
      if ((entry & HuffmanTable.EXCEPTIONAL) != 0) {
        break;
      }
      bits |= (long) DeflateInput.LONG.get(in, at) << count;
      at += (63 - count) >>> 3;
      count |= 56;
      int code = DeflateCodes.distance(distances, bits);
      to = copyMatch(to, HuffmanTable.value(code, bits), HuffmanTable.value(entry, length));
      bits >>>= code;
      count -= code & HuffmanTable.ALL_BITS_MASK;
    }
    input.goOn(at, bits, count);
    end = to;
    return DeflateCodes.isEndOfBlock(entry);
  }

  /// Copies what may overlap itself; writes up to seven bytes more.
  private int copyMatch(int to, int distance, int length) throws DataFormatException {
    byte[] out = window;
    int stop = to + length;
    int from = to - distance;
    if (from < begin) {
      throw new DataFormatException("a match begins before the first byte, or nowhere");
    }
    if (distance >= 8) {
      for (int at = to; at < stop; at += 8, from += 8) {
        DeflateInput.LONG.set(out, at, (long) DeflateInput.LONG.get(out, from));
      }
    } else if (distance == 1) {
      long pattern = (out[from] & 0xFFL) * 0x0101_0101_0101_0101L;
      for (int at = to; at < stop; at += 8) {
        DeflateInput.LONG.set(out, at, pattern);
      }
    } else {
      for (int at = to; at < stop; at++, from++) {
        out[at] = out[from];
      }
    }
    return stop;
  }
}
