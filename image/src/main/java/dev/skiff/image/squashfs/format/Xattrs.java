package dev.skiff.image.squashfs.format;

import java.util.List;

/// How the format says extended attributes.
///
/// @see <a href="https://dr-emann.github.io/squashfs/#xattr_table">SquashFS: xattr table</a>
public final class Xattrs {

  /// In an inode: the file has none.
  public static final int NONE = -1;

  /// The prefixes that the format has a number for, in the order of the numbers.
  public static final List<String> PREFIXES = List.of("user.", "trusted.", "security.");

  public static final int LONGEST_VALUE_BYTES = 64 << 10;

  private Xattrs() {}
}
