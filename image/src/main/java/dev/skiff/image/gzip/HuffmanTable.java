package dev.skiff.image.gzip;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/// Decodes one alphabet: the next bits index a table of packed entries, long codes a second one.
///
/// ```
/// entry   31 literal   30 exceptional   29 sub-table   14-28 value   8-13 code bits   0-5 all bits
/// ```
///
/// "Code bits" is how far the extra bits of a length or distance are away, "all bits" how many are
/// spent on code and extra bits together. The value is a literal, a base, or where a sub-table
/// begins, whose size then stands in "code bits". Java takes a shift's count modulo 64, so that an
/// entry can be a count as it is.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc1951#section-3.2.2">RFC 1951, 3.2.2</a>
final class HuffmanTable {

  static final int LITERAL = 1 << 31;
  static final int EXCEPTIONAL = 1 << 30;
  private static final int SUB_TABLE = 1 << 29;
  static final int VALUE_SHIFT = 14;
  static final int VALUE_MASK = 0x7FFF;
  private static final int CODE_BITS_SHIFT = 8;
  static final int ALL_BITS_MASK = 63;

  /// Stands for codes that no symbol has, and for symbols that mean nothing.
  static final int INVALID = EXCEPTIONAL;

  private static final int LONGEST_CODE = 15;

  /// The exceptional flag, where `value` sees it.
  private static final int NOTHING = EXCEPTIONAL >>> VALUE_SHIFT;

  /// What a code without all its codes is taken for: zlib knows the same exception.
  enum Incomplete {
    REFUSED,
    /// A single code of one bit, or none at all.
    ONE_CODE
  }

  private final int mainBits;
  private final int[] meanings;
  private final Incomplete incomplete;
  private final int[] counts = new int[LONGEST_CODE + 1];
  private final int[] starts = new int[LONGEST_CODE + 2];
  private final int[] sorted;

  /// The packed entries; the first `2^mainBits` are indexed by the next bits.
  final int[] entries;

  /// A table that can be built again and again.
  ///
  /// @param mainBits how many bits index the first table
  /// @param meanings for each symbol its entry without code bits, with extra bits in "all bits"
  HuffmanTable(int mainBits, int[] meanings, Incomplete incomplete) {
    this.mainBits = mainBits;
    this.meanings = meanings;
    this.incomplete = incomplete;
    sorted = new int[meanings.length];
    entries = new int[(1 << mainBits) + (meanings.length << (LONGEST_CODE - mainBits))];
  }

  /// Makes the table of these code lengths.
  ///
  /// @param lengths 0 to 15 each; symbols beyond `count` have none
  void build(byte[] lengths, int from, int count) throws DataFormatException {
    Arrays.fill(counts, 0);
    for (int symbol = 0; symbol < count; symbol++) {
      counts[lengths[from + symbol]]++;
    }
    counts[0] = 0;
    boolean complete = checkComplete();
    starts[1] = 0;
    for (int bits = 1; bits <= LONGEST_CODE; bits++) {
      starts[bits + 1] = starts[bits] + counts[bits];
    }
    for (int symbol = 0; symbol < count; symbol++) {
      int bits = lengths[from + symbol];
      if (bits != 0) {
        sorted[starts[bits]++] = symbol;
      }
    }
    if (!complete) {
      Arrays.fill(entries, 0, 1 << mainBits, INVALID | 1);
    }
    fill();
  }

  private boolean checkComplete() throws DataFormatException {
    int left = 1;
    int used = 0;
    for (int bits = 1; bits <= LONGEST_CODE; bits++) {
      left = (left << 1) - counts[bits];
      used += counts[bits];
      if (left < 0) {
        throw new DataFormatException("more codes than their lengths allow");
      }
    }
    boolean single = used == 0 || (used == 1 && counts[1] == 1);
    if (left > 0 && !(single && incomplete == Incomplete.ONE_CODE)) {
      throw new DataFormatException("codes are missing");
    }
    return left == 0;
  }

  /// Goes through the codes in order of length; they are stored with their bits reversed.
  private void fill() {
    int code = 0;
    int next = 0;
    int tableEnd = 1 << mainBits;
    int prefix = -1;
    for (int bits = 1; bits <= LONGEST_CODE; bits++) {
      for (int left = counts[bits]; left > 0; left--) {
        int entry = meanings[sorted[next++]] + bits + (bits << CODE_BITS_SHIFT);
        int reversed = Integer.reverse(code) >>> (32 - bits);
        code++;
        if (bits <= mainBits) {
          spread(entry, 1 << bits, reversed, 1 << mainBits);
          continue;
        }
        if (prefix != (reversed & ((1 << mainBits) - 1))) {
          prefix = reversed & ((1 << mainBits) - 1);
          int subBits = subTableBits(bits, left);
          entries[prefix] =
              SUB_TABLE | tableEnd << VALUE_SHIFT | subBits << CODE_BITS_SHIFT | mainBits;
          tableEnd += 1 << subBits;
        }
        int size = 1 << (entries[prefix] >>> CODE_BITS_SHIFT & ALL_BITS_MASK);
        int begin = tableEnd - size;
        spread(entry, 1 << (bits - mainBits), begin + (reversed >>> mainBits), tableEnd);
      }
      code <<= 1;
    }
  }

  private void spread(int entry, int step, int begin, int end) {
    for (int at = begin; at < end; at += step) {
      entries[at] = entry;
    }
  }

  /// The entry of a sub-table, if this one leads to it.
  static int follow(int[] entries, int entry, long bits) {
    return (entry & SUB_TABLE) == 0
        ? entry
        : entries[
            (entry >>> VALUE_SHIFT & VALUE_MASK)
                + ((int) (bits >>> entry) & ~(-1 << (entry >>> CODE_BITS_SHIFT)))];
  }

  /// A length or distance: base and extra bits. More than any for what means nothing.
  static int value(int entry, long bits) {
    return (entry >>> VALUE_SHIFT & (VALUE_MASK | NOTHING))
        + (int) ((bits & ~(-1L << entry)) >>> (entry >>> CODE_BITS_SHIFT));
  }

  /// How many bits index the sub-table whose first code has this length: enough that the codes that
  /// follow fill it.
  private int subTableBits(int firstBits, int leftOfFirst) {
    int bits = firstBits - mainBits;
    int used = leftOfFirst;
    int length = firstBits;
    while (used < 1 << bits && length < LONGEST_CODE) {
      length++;
      bits++;
      used = (used << 1) + counts[length];
    }
    return bits;
  }
}
