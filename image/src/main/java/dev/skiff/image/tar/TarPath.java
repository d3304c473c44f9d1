package dev.skiff.image.tar;

import dev.skiff.image.tree.FileName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// Where a tar entry goes, below the root of the tree whatever the archive says: a leading `/` and
/// `.` mean nothing, and `..` never leads above the root.
///
/// @param parts from the root down; empty for the root itself
public record TarPath(List<FileName> parts) implements Comparable<TarPath> {

  /// What Linux's PATH_MAX leaves without its NUL: longer names could not be opened.
  public static final int LONGEST_BYTES = 4095;

  private static final int PART_BYTES = 56;
  private static final byte[] WHITEOUT = {'.', 'w', 'h', '.'};
  private static final byte[] PRIVATE = {'.', 'w', 'h', '.', '.', 'w', 'h', '.'};

  public TarPath {
    parts = List.copyOf(parts);
  }

  /// Reads a path as tar writes it.
  ///
  /// @throws IllegalArgumentException if it is too long, holds a NUL, or a part has over 255 bytes:
  ///   over 259 if it is a whiteout, which has four more than the file that it hides
  public static TarPath of(byte[] bytes) {
    List<FileName> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        add(parts, bytes, start, i);
        start = i + 1;
      }
    }
    for (FileName part : parts.subList(0, Math.max(0, parts.size() - 1))) {
      if (part.length() > FileName.LONGEST_BYTES) {
        throw new IllegalArgumentException("a whiteout is no directory");
      }
    }
    int length = parts.stream().mapToInt(part -> part.length() + 1).sum() - 1;
    if (length > LONGEST_BYTES) {
      throw new IllegalArgumentException(
          "a path has at most %d bytes, found %d".formatted(LONGEST_BYTES, length));
    }
    return new TarPath(parts);
  }

  public static TarPath of(String path) {
    return of(path.getBytes(StandardCharsets.UTF_8));
  }

  private static void add(List<FileName> parts, byte[] bytes, int start, int end) {
    int length = end - start;
    if (length == 0 || (length == 1 && bytes[start] == '.')) {
      return;
    }
    if (length == 2 && bytes[start] == '.' && bytes[start + 1] == '.') {
      if (!parts.isEmpty()) {
        parts.removeLast();
      }
      return;
    }
    byte[] part = new byte[length];
    System.arraycopy(bytes, start, part, 0, length);
    boolean whiteout = startsWith(part, WHITEOUT) && !startsWith(part, PRIVATE);
    parts.add(whiteout ? FileName.ofWhiteout(part) : FileName.of(part));
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length > start.length && Arrays.mismatch(bytes, start) == start.length;
  }

  /// About how much memory it takes.
  public long memoryBytes() {
    return parts.stream().mapToLong(part -> PART_BYTES + part.length()).sum();
  }

  /// Part by part, by unsigned bytes. A table of paths stays quick because there is an order, even
  /// if someone chose them so that their hashes are equal.
  @Override
  public int compareTo(TarPath other) {
    int common = Math.min(parts.size(), other.parts.size());
    for (int i = 0; i < common; i++) {
      int order = parts.get(i).compareTo(other.parts.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(parts.size(), other.parts.size());
  }

  public boolean isRoot() {
    return parts.isEmpty();
  }

  /// The path of the directory that holds this one; the root's is the root.
  public TarPath parent() {
    return isRoot() ? this : new TarPath(parts.subList(0, parts.size() - 1));
  }

  /// The last part.
  ///
  /// @throws java.util.NoSuchElementException for the root
  public FileName name() {
    return parts.getLast();
  }

  /// Without a leading slash; `.` for the root.
  @Override
  public String toString() {
    return isRoot() ? "." : parts.stream().map(FileName::toString).collect(Collectors.joining("/"));
  }
}
