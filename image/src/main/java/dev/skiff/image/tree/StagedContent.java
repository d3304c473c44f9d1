package dev.skiff.image.tree;

import java.nio.file.Path;

/// A content that is a whole file already, made for one tree: whoever makes the tree on the same
/// file system moves the file to its place instead of copying it.
public interface StagedContent extends FileContent {

  /// The only name of the file, which is gone after the move.
  Path file();
}
