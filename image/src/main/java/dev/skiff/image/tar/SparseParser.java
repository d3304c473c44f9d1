package dev.skiff.image.tar;

import dev.skiff.image.MalformedImageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads the maps of GNU's four sparse formats.
final class SparseParser {

  private static final int GNU_SLOTS_IN_HEADER = 4;
  private static final int GNU_SLOTS_IN_BLOCK = 21;

  /// Where the next 512 bytes come from.
  interface Blocks {
    byte[] next() throws IOException;
  }

  private final TarHeader header;
  private final PaxRecords pax;

  SparseParser(TarHeader header, PaxRecords pax) {
    this.header = header;
    this.pax = pax;
  }

  /// The old format: the map in the header and in blocks that follow it.
  SparseMap gnu(Blocks extension, long storedBytes) throws IOException {
    List<SparseMap.Part> parts = new ArrayList<>();
    readSlots(header, parts, 386, GNU_SLOTS_IN_HEADER);
    boolean more = header.number("isextended", 482, 1) != 0;
    long size = header.number("realsize", 483, 12);
    while (more) {
      TarHeader block = header.following(extension.next());
      readSlots(block, parts, 0, GNU_SLOTS_IN_BLOCK);
      more = block.number("isextended", 504, 1) != 0;
    }
    return SparseMap.of(header, size, parts, storedBytes);
  }

  private void readSlots(TarHeader block, List<SparseMap.Part> parts, int start, int slots)
      throws MalformedImageException {
    for (int i = 0; i < slots; i++) {
      int at = start + 24 * i;
      if (block.isBlank(at)) {
        return;
      }
      add(parts, block.number("sp.offset", at, 12), block.number("sp.numbytes", at + 12, 12));
    }
  }

  /// Format 0.1, and 0.0 whose repeated keywords were joined: `offset,length,offset,length`.
  List<SparseMap.Part> parts() throws MalformedImageException {
    String map = pax.text("GNU.sparse.map").orElse("");
    List<SparseMap.Part> parts = new ArrayList<>();
    int at = 0;
    while (at <= map.length()) {
      int comma = map.indexOf(',', at);
      if (comma < 0) {
        throw header.malformed("GNU.sparse.map", "it has an odd number of numbers");
      }
      int next = map.indexOf(',', comma + 1);
      int end = next < 0 ? map.length() : next;
      add(parts, number(map.substring(at, comma)), number(map.substring(comma + 1, end)));
      at = end + 1;
    }
    return parts;
  }

  /// Format 1.0: decimal lines at the start of the content, filled up to whole blocks.
  List<SparseMap.Part> parts(Blocks content) throws IOException {
    Lines lines = new Lines(content);
    long count = lines.nextNumber();
    if (count > SparseMap.MOST_PARTS) {
      throw header.malformed("sparse map", "found %d parts".formatted(count));
    }
    List<SparseMap.Part> parts = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      add(parts, lines.nextNumber(), lines.nextNumber());
    }
    return parts;
  }

  /// A map with the size that PAX records say.
  SparseMap realSize(List<SparseMap.Part> parts, long storedBytes) throws MalformedImageException {
    long size = pax.number(header, "GNU.sparse.size", -1);
    return SparseMap.of(
        header, pax.number(header, "GNU.sparse.realsize", size), parts, storedBytes);
  }

  private void add(List<SparseMap.Part> parts, long offset, long length)
      throws MalformedImageException {
    if (parts.size() == SparseMap.MOST_PARTS) {
      throw header.malformed("sparse map", "more than %d parts".formatted(SparseMap.MOST_PARTS));
    }
    parts.add(new SparseMap.Part(offset, length));
  }

  private long number(String digits) throws MalformedImageException {
    if (!digits.matches("[0-9]{1,18}")) {
      throw header.malformed("sparse map", "it holds something that is no number");
    }
    return Long.parseLong(digits);
  }

  /// Numbers on lines of their own.
  private final class Lines {

    private final Blocks blocks;
    private byte[] block = new byte[0];
    private int at;

    Lines(Blocks blocks) {
      this.blocks = blocks;
    }

    long nextNumber() throws IOException {
      StringBuilder digits = new StringBuilder();
      while (digits.length() < 20) {
        if (at == block.length) {
          block = blocks.next();
          at = 0;
        }
        byte b = block[at++];
        if (b == '\n') {
          return number(digits.toString());
        }
        digits.append((char) (b & 0xFF));
      }
      throw header.malformed("sparse map", "a line is too long");
    }
  }
}
