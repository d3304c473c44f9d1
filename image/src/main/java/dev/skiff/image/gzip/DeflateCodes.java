package dev.skiff.image.gzip;

import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;

/// The codes of a block: fixed, or read from its start.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc1951#section-3.2.5">RFC 1951, 3.2.5 to 3.2.7</a>
final class DeflateCodes {

  private static final int LITERAL_BITS = 11;
  private static final int DISTANCE_BITS = 9;
  private static final int ORDER_BITS = 7;

  static final int LITERAL_MASK = (1 << LITERAL_BITS) - 1;
  private static final int DISTANCE_MASK = (1 << DISTANCE_BITS) - 1;

  private static final int LITERAL_SYMBOLS = 288;
  private static final int DISTANCE_SYMBOLS = 32;
  private static final int MOST_LITERAL_SYMBOLS = 286;
  private static final int MOST_DISTANCE_SYMBOLS = 30;
  private static final int END_OF_BLOCK = 256;

  private static final byte[] ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  private final DeflateInput input;
  private final byte[] lengths = new byte[LITERAL_SYMBOLS + DISTANCE_SYMBOLS];
  private final HuffmanTable literals =
      new HuffmanTable(LITERAL_BITS, literalMeanings(), HuffmanTable.Incomplete.ONE_CODE);
  private final HuffmanTable distances =
      new HuffmanTable(DISTANCE_BITS, distanceMeanings(), HuffmanTable.Incomplete.ONE_CODE);
  private final HuffmanTable order =
      new HuffmanTable(ORDER_BITS, orderMeanings(), HuffmanTable.Incomplete.REFUSED);

  DeflateCodes(DeflateInput input) {
    this.input = input;
  }

  HuffmanTable literals() {
    return literals;
  }

  HuffmanTable distances() {
    return distances;
  }

  /// Tells whether an entry is the end of a block.
  ///
  /// @throws DataFormatException if it is a code that means nothing
  static boolean isEndOfBlock(int entry) throws DataFormatException {
    if (entry < 0 || (entry & HuffmanTable.EXCEPTIONAL) == 0) {
      return false;
    }
    if ((entry >>> HuffmanTable.VALUE_SHIFT & HuffmanTable.VALUE_MASK) != END_OF_BLOCK) {
      throw new DataFormatException("a code that means nothing");
    }
    return true;
  }

  /// The entry of the distance that comes next.
  static int distance(int[] entries, long bits) {
    return HuffmanTable.follow(entries, entries[(int) bits & DISTANCE_MASK], bits);
  }

  private static int[] literalMeanings() {
    int[] meanings = new int[LITERAL_SYMBOLS];
    for (int literal = 0; literal < END_OF_BLOCK; literal++) {
      meanings[literal] = HuffmanTable.LITERAL | literal << HuffmanTable.VALUE_SHIFT;
    }
    meanings[END_OF_BLOCK] = HuffmanTable.EXCEPTIONAL | END_OF_BLOCK << HuffmanTable.VALUE_SHIFT;
    int base = 3;
    for (int i = 0; i < 28; i++) {
      int extra = i < 8 ? 0 : i / 4 - 1;
      meanings[257 + i] = base << HuffmanTable.VALUE_SHIFT | extra;
      base += 1 << extra;
    }
    meanings[285] = 258 << HuffmanTable.VALUE_SHIFT;
    meanings[286] = HuffmanTable.INVALID;
    meanings[287] = HuffmanTable.INVALID;
    return meanings;
  }

  private static int[] distanceMeanings() {
    int[] meanings = new int[DISTANCE_SYMBOLS];
    int base = 1;
    for (int i = 0; i < MOST_DISTANCE_SYMBOLS; i++) {
      int extra = i < 4 ? 0 : i / 2 - 1;
      meanings[i] = base << HuffmanTable.VALUE_SHIFT | extra;
      base += 1 << extra;
    }
    meanings[30] = HuffmanTable.INVALID;
    meanings[31] = HuffmanTable.INVALID;
    return meanings;
  }

  private static int[] orderMeanings() {
    int[] meanings = new int[ORDER.length];
    for (int i = 0; i < meanings.length; i++) {
      meanings[i] = i << HuffmanTable.VALUE_SHIFT;
    }
    return meanings;
  }

  void useFixed() throws DataFormatException {
    Arrays.fill(lengths, 0, 144, (byte) 8);
    Arrays.fill(lengths, 144, 256, (byte) 9);
    Arrays.fill(lengths, 256, 280, (byte) 7);
    Arrays.fill(lengths, 280, LITERAL_SYMBOLS, (byte) 8);
    literals.build(lengths, 0, LITERAL_SYMBOLS);
    Arrays.fill(lengths, 0, DISTANCE_SYMBOLS, (byte) 5);
    distances.build(lengths, 0, DISTANCE_SYMBOLS);
  }

  void readDynamic() throws IOException, DataFormatException {
    int literalCount = input.take(5) + 257;
    int distanceCount = input.take(5) + 1;
    int orderCount = input.take(4) + 4;
    if (literalCount > MOST_LITERAL_SYMBOLS || distanceCount > MOST_DISTANCE_SYMBOLS) {
      throw new DataFormatException("more codes than there are symbols");
    }
    Arrays.fill(lengths, 0, ORDER.length, (byte) 0);
    for (int i = 0; i < orderCount; i++) {
      lengths[ORDER[i]] = (byte) input.take(3);
    }
    order.build(lengths, 0, ORDER.length);
    readLengths(literalCount + distanceCount);
    if (lengths[END_OF_BLOCK] == 0) {
      throw new DataFormatException("a block without an end");
    }
    literals.build(lengths, 0, literalCount);
    distances.build(lengths, literalCount, distanceCount);
  }

  private void readLengths(int count) throws IOException, DataFormatException {
    int at = 0;
    while (at < count) {
      input.need();
      int entry = order.entries[(int) input.bits & ((1 << ORDER_BITS) - 1)];
      var _ = input.take(entry & HuffmanTable.ALL_BITS_MASK);
      int symbol = entry >>> HuffmanTable.VALUE_SHIFT & HuffmanTable.VALUE_MASK;
      if (symbol < 16) {
        lengths[at++] = (byte) symbol;
        continue;
      }
      if (symbol == 16 && at == 0) {
        throw new DataFormatException("a length repeats nothing");
      }
      byte repeated = symbol == 16 ? lengths[at - 1] : 0;
      int times =
          switch (symbol) {
            case 16 -> 3 + input.take(2);
            case 17 -> 3 + input.take(3);
            default -> 11 + input.take(7);
          };
      if (times > count - at) {
        throw new DataFormatException("a length repeats too often");
      }
      Arrays.fill(lengths, at, at + times, repeated);
      at += times;
    }
  }
}
