package dev.skiff.image.squashfs.format;

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
public final class InodeType {

  public static final int DIRECTORY = 1;
  public static final int FILE = 2;
  public static final int SYMLINK = 3;
  public static final int BLOCK_DEVICE = 4;
  public static final int CHARACTER_DEVICE = 5;
  public static final int FIFO = 6;
  public static final int SOCKET = 7;

  /// What an extended type has more than its basic one.
  public static final int EXTENDED = 7;

  private InodeType() {}

  /// The basic type, which is the one in listings.
  public static int of(FileNode node) {
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
