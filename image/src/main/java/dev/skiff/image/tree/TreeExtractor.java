package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Makes the files of a tree in a directory of the host.
///
/// Symbolic links of the tree cannot lead it astray: everything is made anew, in directories that
/// it has made itself and that are closed to all others until they are complete.
public final class TreeExtractor {

  /// Whose the files become.
  public enum Ownership {
    /// As the tree says; needs root, of the machine or of a user namespace. What an id owns that
    /// the namespace does not have becomes root's, and is told among what was skipped.
    KEPT,
    /// The caller's.
    CALLER
  }

  /// How a tree is extracted.
  ///
  /// @param mostBytes how many bytes of contents may be written; runs of zeros become holes and do
  ///   not count
  /// @param threads how many make regular files; contents are opened on all of them, except with 1,
  ///   which is the caller's own
  /// @param written told of each number of bytes of contents, runs of zeros included, as they are
  ///   written or moved, on the thread that does
  public record Options(Ownership ownership, long mostBytes, int threads, LongConsumer written) {

    public Options {
      if (threads < 1) {
        throw new IllegalArgumentException("at least one thread is needed, not " + threads);
      }
    }

    /// Nobody is told.
    public Options(Ownership ownership, long mostBytes, int threads) {
      this(ownership, mostBytes, threads, bytes -> {});
    }

    /// All of it on the caller's thread.
    public Options(Ownership ownership, long mostBytes) {
      this(ownership, mostBytes, 1);
    }
  }

  /// What the host did not allow: a device node, an owner, or one extended attribute of a file.
  public record Skipped(String path, String what) {}

  /// What was done.
  ///
  /// @param skipped the first hundred
  public record Extraction(
      long files, long bytesWritten, long skippedCount, List<Skipped> skipped) {
    public Extraction {
      skipped = List.copyOf(skipped);
    }
  }

  /// Where a file comes to stand, and its number in the order of the tree.
  static final class Place {
    private final byte[] path;
    private final long number;

    Place(byte[] path, long number) {
      this.path = path;
      this.number = number;
    }

    /// Absolute; not to be changed.
    byte[] path() {
      return path;
    }

    long number() {
      return number;
    }
  }

  /// A directory whose children are being made.
  private static final class Open {
    private final Place place;
    private final Directory directory;
    private final Iterator<Map.Entry<FileName, FileNode>> rest;

    private Open(Place place, Directory directory) {
      this.place = place;
      this.directory = directory;
      rest = directory.entries().iterator();
    }
  }

  private final FileMaker maker;
  private final HostCalls calls;
  private final Optional<ContentThreads> threads;
  private final IdentityHashMap<FileNode, byte[]> linked; // each with its first path, once it has
  private final Deque<Open> open = new ArrayDeque<>();
  private long files;

  private TreeExtractor(
      FileMaker maker, Optional<ContentThreads> threads, IdentityHashMap<FileNode, byte[]> linked) {
    this.maker = maker;
    this.threads = threads;
    this.linked = linked;
    calls = maker.calls();
  }

  /// Makes a tree's files. When this fails, what was made so far stays for the caller to remove.
  ///
  /// @param directory made if it is not there; else it has to be empty
  /// @throws IOException also if the tree has more bytes than allowed
  public static Extraction extract(FileTree tree, Path directory, Options options)
      throws IOException {
    Path root = prepare(directory);
    ExtractionTally tally = new ExtractionTally(options.mostBytes(), options.written());
    try (FileMaker maker = new FileMaker(options.ownership(), tally);
        ContentThreads threads = new ContentThreads(options, tally)) {
      TreeExtractor extractor =
          new TreeExtractor(
              maker,
              options.threads() > 1 ? Optional.of(threads) : Optional.empty(),
              LinkedNodes.of(tree));
      extractor.run(HostPath.bytes(root), tree.root());
      return new Extraction(
          extractor.files, tally.bytesWritten(), tally.skippedCount(), tally.skipped());
    }
  }

  private static Path prepare(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      var _ = Files.createDirectory(directory);
    }
    Path root = directory.toRealPath();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(root)) {
      if (children.iterator().hasNext()) {
        throw new DirectoryNotEmptyException(directory.toString());
      }
    }
    return root;
  }

  /// Directories get their attributes at the end, the innermost first: hard links made late still
  /// have to reach their twins through them.
  private void run(byte[] root, Directory tree) throws IOException {
    List<Open> complete = new ArrayList<>();
    calls.changeMode(root, 0700);
    open.push(new Open(new Place(root, 0), tree));
    while (!open.isEmpty()) {
      Open here = open.element();
      if (here.rest.hasNext()) {
        Map.Entry<FileName, FileNode> child = here.rest.next();
        files++;
        make(new Place(join(here.place.path(), child.getKey()), files), child.getValue());
      } else {
        complete.add(open.pop());
      }
    }
    if (threads.isPresent()) {
      threads.get().finish();
    }
    for (Open directory : complete) {
      maker.setAttributes(directory.place, directory.directory);
    }
  }

  private static byte[] join(byte[] folder, FileName name) {
    byte[] path = Arrays.copyOf(folder, folder.length + 1 + name.length());
    path[folder.length] = '/';
    System.arraycopy(name.bytes(), 0, path, folder.length + 1, name.length());
    return path;
  }

  private void make(Place place, FileNode node) throws IOException {
    if (node instanceof Directory directory) {
      calls.makeDirectory(place.path(), 0700);
      open.push(new Open(place, directory));
      return;
    }
    byte[] twin = linked.get(node);
    if (twin == null) {
      makeAlone(place, node);
    } else if (twin.length > 0) {
      calls.makeLink(twin, place.path());
    } else if (makeHere(place, node)) {
      linked.put(node, place.path());
    }
  }

  /// Makes a file of one name; nobody waits for it.
  private void makeAlone(Place place, FileNode node) throws IOException {
    if (node instanceof RegularFile file && threads.isPresent()) {
      threads.get().make(place, file);
    } else {
      var _ = makeHere(place, node);
    }
  }

  /// Makes a file now.
  ///
  /// @return whether the host allows it
  private boolean makeHere(Place place, FileNode node) throws IOException {
    byte[] path = place.path();
    switch (node) {
      case RegularFile file -> {
        maker.makeFile(place, file);
        return true;
      }
      case Symlink link -> calls.makeSymlink(link.target(), path);
      case Fifo _ -> calls.makeNode(path, 0010600, 0);
      case Socket _ -> calls.makeNode(path, 0140600, 0);
      case Device device -> {
        if (!maker.makeDevice(place, device)) {
          return false;
        }
      }
      case Directory _ -> throw new IllegalStateException("handled before");
    }
    maker.setAttributes(place, node);
    return true;
  }
}
