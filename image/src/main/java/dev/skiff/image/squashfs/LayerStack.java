package dev.skiff.image.squashfs;

import dev.skiff.image.squashfs.SquashfsReader.Links;
import dev.skiff.image.squashfs.read.Budget;
import dev.skiff.image.squashfs.read.tree.PathLookup;
import dev.skiff.image.squashfs.read.tree.StackCount;
import dev.skiff.image.squashfs.read.tree.StackedDirectory;
import dev.skiff.image.squashfs.read.tree.StackedImage;
import dev.skiff.image.squashfs.read.tree.StackedImage.Marks;
import dev.skiff.image.squashfs.read.tree.TreeReader;
import dev.skiff.image.squashfs.read.tree.TreeWalk;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.TreeExtractor;
import dev.skiff.image.tree.TreeExtractor.Extraction;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import dev.skiff.image.tree.TreeVisitor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// A root file system that is one SquashFS image, or several one above the other. What an upper one
/// deletes it says as overlayfs does: a character device 0:0 for a name, an attribute on a
/// directory for all below it.
///
/// Merging is done here and not by overlayfs, because in a user namespace that does not believe the
/// attribute. Every byte is taken for hostile, as `SquashfsReader` does.
///
/// @see <a
///   href="https://docs.kernel.org/filesystems/overlayfs.html#whiteouts-and-opaque-directories">
///   whiteouts and opaque directories</a>
public final class LayerStack implements Closeable {

  /// What one of the layers holds.
  ///
  /// @param bytes of all its regular files
  /// @param files names in it, directories and what says that something is deleted left out
  /// @param visibleFiles of those, what shows from above; one with several names counts once
  /// @param visibleBytes of those
  public record Count(long bytes, long files, long visibleFiles, long visibleBytes) {}

  private final List<SquashfsReader> layers;
  private final Marks marks;

  private LayerStack(List<SquashfsReader> layers, Marks marks) {
    this.layers = layers;
    this.marks = marks;
  }

  /// One image, in which nothing has a meaning beyond itself. Closing this closes it.
  public static LayerStack of(SquashfsReader image) {
    return new LayerStack(List.of(image), Marks.KEPT);
  }

  /// Layers, lowest first. Closing this closes them.
  ///
  /// @throws IllegalArgumentException if there is none
  public static LayerStack of(List<SquashfsReader> layers) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("no layers");
    }
    return new LayerStack(List.copyOf(layers), Marks.OBEYED);
  }

  /// Says what names all of the bytes, so that whoever makes another image of one need not read
  /// them for that. Of several images it is not asked.
  public void isNamed(byte[] digest) {
    if (layers.size() == 1) {
      layers.getFirst().isNamed(digest);
    }
  }

  private List<StackedImage> images() {
    List<StackedImage> images = new ArrayList<>();
    layers.forEach(layer -> images.add(StackedImage.of(layer.image(), images.size(), marks)));
    return images;
  }

  /// Reads the whole tree that is visible from above; contents are read when they are opened,
  /// before this is closed.
  ///
  /// @throws dev.skiff.image.MalformedImageException also if the tree would take more than three
  ///   quarters of the heap
  public FileTree tree() throws IOException {
    return tree(Budget.ofThisProcess());
  }

  FileTree tree(Budget budget) throws IOException {
    return new TreeReader(images(), budget).read();
  }

  /// The file at a path, found without reading the rest of the tree. A directory comes without its
  /// children: `names` has them.
  ///
  /// @param path from the root on, with or without a slash before it
  public Optional<FileNode> find(String path, Links links) throws IOException {
    return new PathLookup(images())
        .find(path, links == Links.FOLLOWED)
        .map(found -> found.inode().node());
  }

  /// The names in a directory; none if no directory is there.
  ///
  /// @throws dev.skiff.image.MalformedImageException also if they are more than 100,000
  public List<FileName> names(String path, Links links) throws IOException {
    PathLookup lookup = new PathLookup(images());
    Optional<StackedDirectory> found = lookup.find(path, links == Links.FOLLOWED);
    return found.isEmpty() ? List.of() : lookup.list(found.get());
  }

  /// Walks the whole tree without keeping it, so that millions of files fit into little memory.
  public void walk(TreeVisitor visitor) throws IOException {
    new TreeWalk(images(), visitor).run();
  }

  /// Counts what each layer holds and how much of it shows, lowest first.
  public List<Count> counts() throws IOException {
    return new StackCount(images())
        .run().stream()
            .map(c -> new Count(c.bytes(), c.files(), c.visibleFiles(), c.visibleBytes()))
            .toList();
  }

  /// Makes the files of the tree that was read before, as `TreeExtractor` does, on a thread a
  /// processor. Writes at most 1 GiB and 200 times the images' size: what needs more was made to
  /// fill disks.
  ///
  /// @param directory made if it is not there; else it has to be empty
  /// @param written told of bytes as `TreeExtractor.Options` has it
  public Extraction extract(
      FileTree tree, Path directory, Ownership ownership, LongConsumer written) throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    long most = layers.stream().mapToLong(layer -> layer.image().mostContentBytes()).sum();
    return TreeExtractor.extract(
        tree, directory, new TreeExtractor.Options(ownership, most, threads, written));
  }

  /// The image with the most bytes, whose form most of the files have.
  public SquashfsReader largest() {
    return layers.stream()
        .max(Comparator.comparingLong(layer -> layer.image().superBlock().bytesUsed()))
        .orElseThrow(IllegalStateException::new);
  }

  @Override
  public void close() throws IOException {
    for (SquashfsReader layer : layers) {
      layer.close();
    }
  }
}
