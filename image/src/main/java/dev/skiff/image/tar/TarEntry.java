package dev.skiff.image.tar;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileNode;

/// One entry of a tar archive, with long names, PAX records and sparse maps already taken in.
public sealed interface TarEntry {

  TarPath path();

  /// A directory.
  record DirectoryEntry(TarPath path, Attributes attributes) implements TarEntry {}

  /// A regular file, whose bytes are read from the {@link TarReader} before its next entry.
  ///
  /// @param sizeBytes how long the file is, its holes included
  /// @param storedBytes how many bytes of it the archive holds
  record FileEntry(TarPath path, Attributes attributes, long sizeBytes, long storedBytes)
      implements TarEntry {}

  /// Another name of a file that stands elsewhere, mostly earlier.
  record LinkEntry(TarPath path, TarPath target) implements TarEntry {}

  /// A symbolic link, device, pipe: complete in itself.
  record NodeEntry(TarPath path, FileNode node) implements TarEntry {}
}
