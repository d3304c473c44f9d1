package dev.skiff.image.squashfs.write.tree;

import dev.skiff.image.squashfs.format.DirectoryListing;
import dev.skiff.image.tree.FileNode.Directory;

/// A directory with its number, and what its inode has to say.
final class DirectoryInode {

  private final Directory directory;
  private final int number;
  private int parentNumber;
  private int subdirectories;
  private DirectoryListing listing = DirectoryListing.EMPTY;

  DirectoryInode(Directory directory, int number) {
    this.directory = directory;
    this.number = number;
  }

  Directory directory() {
    return directory;
  }

  int number() {
    return number;
  }

  int parentNumber() {
    return parentNumber;
  }

  void setParentNumber(int changed) {
    parentNumber = changed;
  }

  int links() {
    return 2 + subdirectories;
  }

  void addSubdirectory() {
    subdirectories++;
  }

  DirectoryListing listing() {
    return listing;
  }

  void setListing(DirectoryListing written) {
    listing = written;
  }
}
