package dev.skiff.image.squashfs;

import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;

/// The numbers by which inodes and listings say what a file is.
///
/// @see <a href="https://dr-emann.github.io/squashfs/#inode_table">SquashFS: inode table</a>
final class InodeType {

  static final int DIRECTORY = 1;
  static final int FILE = 2;
  static final int SYMLINK = 3;
  static final int BLOCK_DEVICE = 4;
  static final int CHARACTER_DEVICE = 5;
  static final int FIFO = 6;
  static final int SOCKET = 7;

  /// What an extended type has more than its basic one.
  static final int EXTENDED = 7;

  private InodeType() {}

  /// The basic type, which is the one in listings.
  static int of(FileNode node) {
    return switch (node) {
      case Directory _ -> DIRECTORY;
      case RegularFile _ -> FILE;
      case Symlink _ -> SYMLINK;
      case Device device -> device.kind() == Device.Kind.BLOCK ? BLOCK_DEVICE : CHARACTER_DEVICE;
      case Fifo _ -> FIFO;
      case Socket _ -> SOCKET;
    };
  }
}
