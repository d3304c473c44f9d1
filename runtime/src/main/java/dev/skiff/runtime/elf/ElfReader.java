package dev.skiff.runtime.elf;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the dynamic section by the program headers, as the loader does: stripped files have no
/// others.
///
/// @see <a
///   href="https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html">LSB:
///   symbol versioning</a>
final class ElfReader {

  private static final int MOST_HEADERS = 512;
  private static final int MOST_ENTRIES = 4096;
  private static final int LARGEST_STRINGS = 64 << 20;
  private static final int LONGEST_NAME = 512;
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final long DT_NEEDED = 1;
  private static final long DT_STRTAB = 5;
  private static final long DT_STRSZ = 10;
  private static final long DT_SONAME = 14;
  private static final long DT_VERDEF = 0x6ffffffcL;
  private static final long DT_VERNEED = 0x6ffffffeL;
  private static final int WEAK = 2;

  private final ElfFile.Source source;
  private final List<Segment> segments = new ArrayList<>();
  private final Map<Long, Long> tags = new LinkedHashMap<>();
  private final List<Long> neededNames = new ArrayList<>();
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private boolean wide = true;

  ElfReader(ElfFile.Source source) {
    this.source = source;
  }

  /// A part of the file that is loaded at an address.
  private record Segment(long type, long offset, long address, long size) {}

  /// What is not sound is nothing; so is what has no dynamic section.
  Optional<ElfFile> read() throws IOException {
    try {
      return header() ? Optional.of(file()) : Optional.empty();
    } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private ByteBuffer at(long offset, int length) throws IOException {
    if (offset < 0) {
      throw new IndexOutOfBoundsException("before the file");
    }
    return source.read(offset, length).order(order);
  }

  private long word(ByteBuffer bytes) {
    return wide ? bytes.getLong() : Integer.toUnsignedLong(bytes.getInt());
  }

  private boolean header() throws IOException {
    ByteBuffer head = at(0, 64);
    if (head.remaining() < 52 || head.getInt(0) != Integer.reverseBytes(0x7f454c46)) {
      return false;
    }
    wide = head.get(4) == 2;
    order = head.get(5) == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    head.order(order).position(wide ? 32 : 28);
    long offset = word(head);
    int size = Short.toUnsignedInt(head.getShort(wide ? 54 : 42));
    int count = Short.toUnsignedInt(head.getShort(wide ? 56 : 44));
    if (size < (wide ? 56 : 32) || count == 0 || count > MOST_HEADERS) {
      return false;
    }
    ByteBuffer table = at(offset, size * count);
    boolean dynamic = false;
    for (int i = 0; i < count; i++) {
      Segment segment = segment(table.position(i * size));
      segments.add(segment);
      dynamic |= segment.type == PT_DYNAMIC;
    }
    return dynamic;
  }

  private Segment segment(ByteBuffer entry) {
    long type = Integer.toUnsignedLong(entry.getInt());
    if (wide) {
      int _ = entry.getInt(); // flags
    }
    long offset = word(entry);
    long address = word(entry);
    long _ = word(entry); // physical address
    return new Segment(type, offset, address, word(entry));
  }

  private ElfFile file() throws IOException {
    for (Segment segment : segments) {
      if (segment.type == PT_DYNAMIC) {
        entries(segment);
        break;
      }
    }
    long length = tags.getOrDefault(DT_STRSZ, 0L);
    if (!tags.containsKey(DT_STRTAB) || length > LARGEST_STRINGS) {
      return new ElfFile("", List.of(), Map.of(), List.of());
    }
    Strings strings = new Strings(offsetOf(tags.getOrDefault(DT_STRTAB, 0L)), length);
    List<String> needed = new ArrayList<>();
    for (long name : neededNames) {
      needed.add(strings.at(name));
    }
    String soname = tags.containsKey(DT_SONAME) ? strings.at(tags.get(DT_SONAME)) : "";
    return new ElfFile(soname, needed, wanted(strings), offered(strings));
  }

  private void entries(Segment segment) throws IOException {
    int entry = wide ? 16 : 8;
    int length = (int) Math.min(segment.size, (long) MOST_ENTRIES * entry);
    ByteBuffer table = at(segment.offset, length);
    while (table.remaining() >= entry) {
      long tag = word(table);
      long value = word(table);
      if (tag == 0) {
        return;
      }
      if (tag == DT_NEEDED) {
        neededNames.add(value);
      } else {
        tags.putIfAbsent(tag, value);
      }
    }
  }

  /// Where in the file an address of the loaded program comes from.
  private long offsetOf(long address) {
    for (Segment segment : segments) {
      if (segment.type == PT_LOAD
          && address >= segment.address
          && address - segment.address < segment.size) {
        return segment.offset + (address - segment.address);
      }
    }
    throw new IndexOutOfBoundsException("an address outside of what is loaded");
  }

  private Map<String, List<String>> wanted(Strings strings) throws IOException {
    Map<String, List<String>> wanted = new LinkedHashMap<>();
    if (!tags.containsKey(DT_VERNEED)) {
      return wanted;
    }
    long at = offsetOf(tags.get(DT_VERNEED));
    for (int i = 0; i < MOST_ENTRIES; i++) {
      ByteBuffer entry = at(at, 16);
      int count = Short.toUnsignedInt(entry.getShort(2));
      String library = strings.at(entry.getInt(4));
      List<String> versions = wanted.computeIfAbsent(library, _ -> new ArrayList<>());
      long version = at + Integer.toUnsignedLong(entry.getInt(8));
      for (int j = 0; j < Math.min(count, MOST_ENTRIES); j++) {
        ByteBuffer detail = at(version, 16);
        if ((detail.getShort(4) & WEAK) == 0) {
          versions.add(strings.at(detail.getInt(8)));
        }
        version += Integer.toUnsignedLong(detail.getInt(12));
      }
      long next = Integer.toUnsignedLong(entry.getInt(12));
      if (next == 0) {
        break;
      }
      at += next;
    }
    return wanted;
  }

  private List<String> offered(Strings strings) throws IOException {
    List<String> offered = new ArrayList<>();
    if (!tags.containsKey(DT_VERDEF)) {
      return offered;
    }
    long at = offsetOf(tags.get(DT_VERDEF));
    for (int i = 0; i < MOST_ENTRIES; i++) {
      ByteBuffer entry = at(at, 20);
      ByteBuffer name = at(at + Integer.toUnsignedLong(entry.getInt(12)), 8);
      offered.add(strings.at(name.getInt(0)));
      long next = Integer.toUnsignedLong(entry.getInt(16));
      if (next == 0) {
        break;
      }
      at += next;
    }
    return offered;
  }

  /// The table of names.
  private final class Strings {

    private final long start;
    private final long length;

    Strings(long start, long length) {
      this.start = start;
      this.length = length;
    }

    String at(long offset) throws IOException {
      if (offset < 0 || offset >= length) {
        throw new IndexOutOfBoundsException("a name outside of the table");
      }
      ByteBuffer bytes =
          ElfReader.this.at(start + offset, (int) Math.min(LONGEST_NAME, length - offset));
      byte[] name = new byte[bytes.remaining()];
      bytes.get(name);
      int end = 0;
      while (end < name.length && name[end] != 0) {
        end++;
      }
      return new String(name, 0, end, StandardCharsets.UTF_8);
    }
  }
}
