package dev.skiff.image.squashfs;

import java.util.List;

/// How the format says extended attributes.
///
/// @see <a href="https://dr-emann.github.io/squashfs/#xattr_table">SquashFS: xattr table</a>
final class Xattrs {

  /// In an inode: the file has none.
  static final int NONE = -1;

  /// The prefixes that the format has a number for, in the order of the numbers.
  static final List<String> PREFIXES = List.of("user.", "trusted.", "security.");

  static final int LONGEST_VALUE_BYTES = 64 << 10;

  private Xattrs() {}
}
