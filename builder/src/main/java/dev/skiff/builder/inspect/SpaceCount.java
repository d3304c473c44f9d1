package dev.skiff.builder.inspect;

import dev.skiff.builder.inspect.SpaceUse.LargeFile;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.sif.RootImage;
import dev.skiff.image.squashfs.LayerStack;
import dev.skiff.image.tree.DirectoryWalk;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.TreeVisitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/// Adds up the files of an image by directory, keeping directories to a depth and the largest files
/// only.
public final class SpaceCount implements TreeVisitor {

  private static final int LARGEST = 10;
  private static final int LONGEST_WAY = 64; // a hostile tree may be a million directories deep
  private static final Comparator<LargeFile> SMALLEST_FIRST =
      Comparator.comparingLong(LargeFile::bytes)
          .thenComparing(LargeFile::path, Comparator.reverseOrder());
  private static final Comparator<SpaceUse> LARGEST_FIRST =
      Comparator.comparingLong(SpaceUse::bytes).reversed().thenComparing(SpaceUse::name);

  /// A directory that is being walked.
  private static final class Open {
    private final String name;
    private long bytes;
    private long storedBytes;
    private long files;
    private long unreadable;
    private final List<SpaceUse> directories = new ArrayList<>();

    Open(String name) {
      this.name = name;
    }

    void add(long moreBytes, long moreStored, long moreFiles, long moreUnreadable) {
      bytes += moreBytes;
      storedBytes = storedBytes < 0 || moreStored < 0 ? -1 : storedBytes + moreStored;
      files += moreFiles;
      unreadable += moreUnreadable;
    }

    SpaceUse done() {
      directories.sort(LARGEST_FIRST);
      return new SpaceUse(name, bytes, storedBytes, files, unreadable, directories);
    }
  }

  private final int depth;
  private final Deque<Open> open = new ArrayDeque<>(List.of(new Open("")));
  private final PriorityQueue<LargeFile> largest = new PriorityQueue<>(SMALLEST_FIRST);

  /// @param depth how many levels of directories are kept; 0 for none
  public SpaceCount(int depth) {
    this.depth = depth;
  }

  /// Counts a SIF file, a SquashFS image or a sandbox.
  public static SpaceCount of(Path image, int depth) throws IOException {
    if (ImageKind.of(image) == ImageKind.DIRECTORY) {
      SpaceCount count = new SpaceCount(depth);
      DirectoryWalk.walk(image, count);
      return count;
    }
    try (LayerStack root = LayerStack.of(RootImage.open(image))) {
      return of(root, depth);
    }
  }

  /// Counts what is visible of layers.
  public static SpaceCount of(LayerStack root, int depth) throws IOException {
    SpaceCount count = new SpaceCount(depth);
    root.walk(count);
    return count;
  }

  /// What the root takes; complete when the walk is.
  public SpaceUse root() {
    return open.getLast().done();
  }

  /// The largest files, ten at most, the largest first.
  public List<LargeFile> largest() {
    return largest.stream().sorted(SMALLEST_FIRST.reversed()).toList();
  }

  @Override
  public void enter(FileName name) {
    open.push(new Open(name.toString()));
  }

  @Override
  public void leave() {
    int level = open.size() - 1;
    Open done = open.pop();
    Open parent = open.element();
    parent.add(done.bytes, done.storedBytes, done.files, done.unreadable);
    if (level <= depth) {
      parent.directories.add(done.done());
    }
  }

  @Override
  public void file(FileName name, long sizeBytes, long storedBytes) {
    open.element().add(sizeBytes, storedBytes, 1, 0);
    boolean room = largest.size() < LARGEST;
    if (sizeBytes > 0 && (room || sizeBytes >= largest.element().bytes())) {
      largest.add(new LargeFile(path(name), sizeBytes, storedBytes));
      if (!room) {
        LargeFile _ = largest.remove();
      }
    }
  }

  @Override
  public void unreadable(FileName name) {
    open.element().add(0, 0, 0, 1);
  }

  private String path(FileName name) {
    StringBuilder path = new StringBuilder();
    int left = LONGEST_WAY;
    for (Iterator<Open> way = open.descendingIterator(); way.hasNext() && left > 0; left--) {
      path.append(way.next().name).append('/');
    }
    return path.append(left == 0 ? ".../" : "").append(name).toString();
  }
}
