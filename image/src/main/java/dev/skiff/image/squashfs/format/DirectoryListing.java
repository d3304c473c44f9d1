package dev.skiff.image.squashfs.format;

import dev.skiff.image.tree.FileName;
import java.util.List;

/// Where a directory's entries stand in the directory table.
///
/// @param blockStartBytes the metadata block of the first entry, from the table's start
/// @param offsetInBlock of the first entry
/// @param sizeBytes of all headers and entries; 0 for an empty directory
/// @param index for long listings, where one may begin to read
/// @see <a href="https://dr-emann.github.io/squashfs/#directory_table">SquashFS: directory
///   table</a>
public record DirectoryListing(
    int blockStartBytes, int offsetInBlock, long sizeBytes, List<IndexEntry> index) {

  public static final DirectoryListing EMPTY = new DirectoryListing(0, 0, 0, List.of());

  /// A listing's size in an inode counts `.` and `..` as three bytes more than it has.
  public static final int DOTS_BYTES = 3;

  /// One place where reading may begin.
  ///
  /// @param offsetBytes of a header, from the listing's start
  /// @param blockStartBytes the metadata block that header stands in
  /// @param firstName of that header's entries
  public record IndexEntry(int offsetBytes, int blockStartBytes, FileName firstName) {}
}
