package dev.skiff.image.squashfs;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.squashfs.read.OpenImage;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.TreeExtractor.Extraction;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import dev.skiff.image.tree.TreeVisitor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// An open image. Every byte of it is taken for hostile: whatever does not fit is a
/// `MalformedImageException`, memory is bounded, and nothing is looked for outside of the image.
///
/// Files of the tree are read through this reader, by any number of threads, until it is closed.
public final class SquashfsReader implements Closeable {

  private final FileChannel channel;
  private final OpenImage image;

  private SquashfsReader(FileChannel channel, OpenImage image) {
    this.channel = channel;
    this.image = image;
  }

  /// Opens an image that is a file of its own.
  public static SquashfsReader open(Path file) throws IOException {
    return open(file, 0, Long.MAX_VALUE);
  }

  /// Opens an image inside a file.
  ///
  /// @param offsetBytes where it begins
  /// @param mostBytes how much of the file may belong to it
  /// @throws MalformedImageException if there is no image
  public static SquashfsReader open(Path file, long offsetBytes, long mostBytes)
      throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      long size = Math.max(0, Math.min(mostBytes, channel.size() - offsetBytes));
      return new SquashfsReader(
          channel, new OpenImage(file.toString(), channel, offsetBytes, size));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// Reads the whole tree; contents are read when they are opened.
  ///
  /// @throws MalformedImageException also if the tree would take more than three quarters of the
  ///   heap
  public FileTree tree() throws IOException {
    return tree(Budget.ofThisProcess());
  }

  FileTree tree(Budget budget) throws IOException {
    return alone().tree(budget);
  }

  private LayerStack alone() {
    return LayerStack.of(this);
  }

  /// Whether symbolic links are followed. They lead nowhere but into the image itself: its root is
  /// where absolute ones begin, and nothing is above it.
  public enum Links {
    FOLLOWED,
    /// As they are; a path that goes through one leads to nothing.
    KEPT
  }

  /// The file at a path, found without reading the rest of the tree. A directory comes without its
  /// children: `names` has them.
  ///
  /// @param path from the root on, with or without a slash before it
  public Optional<FileNode> find(String path, Links links) throws IOException {
    return alone().find(path, links);
  }

  /// The names in a directory, in the image's order; none if no directory is there.
  ///
  /// @throws MalformedImageException also if they are more than 100,000
  public List<FileName> names(String path, Links links) throws IOException {
    return alone().names(path, links);
  }

  /// Walks the whole tree without keeping it, so that millions of files fit into little memory.
  public void walk(TreeVisitor visitor) throws IOException {
    alone().walk(visitor);
  }

  /// Makes the image's files in a directory, as `TreeExtractor` does, on a thread a processor.
  /// Writes at most 1 GiB and 200 times the image's size: what needs more was made to fill disks.
  ///
  /// @param directory made if it is not there; else it has to be empty
  public Extraction extract(Path directory, Ownership ownership) throws IOException {
    return alone().extract(tree(), directory, ownership, bytes -> {});
  }

  /// How the files are compressed; empty if it is one that no image is written with.
  public Optional<Compression> compression() {
    return image.compression();
  }

  /// A power of two, 4 KiB to 1 MiB.
  public int blockSizeBytes() {
    return image.blockSizeBytes();
  }

  /// When the image says it was made, in seconds since 1970.
  public long mkfsTimeSeconds() {
    return image.superBlock().mkfsTimeSeconds();
  }

  /// How many files, directories included, the image says it has.
  public long inodeCount() {
    return Integer.toUnsignedLong(image.superBlock().inodeCount());
  }

  /// Says what names all of the image's bytes.
  void isNamed(byte[] digest) {
    image.isNamed(digest);
  }

  /// What the files of its tree are read through.
  OpenImage image() {
    return image;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
