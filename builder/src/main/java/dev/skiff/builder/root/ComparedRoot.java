package dev.skiff.builder.root;

import dev.skiff.image.oci.layer.UpperDirectory;
import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.DirectoryTree.Owners;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileStamp;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// A root directory in which every step writes as it likes, where no overlay can be mounted. What a
/// step changed is what differs between a look at all files before it and one after: names, owners,
/// permissions, attributes, targets, and of a file's bytes what the kernel says of them, its inode,
/// size, and times of change.
final class ComparedRoot implements StepRoot {

  /// The kernel stamps a change with a clock that is up to a tick behind: what is written within
  /// the same tick as the last look would be taken for what was seen.
  private static final Duration TICK = Duration.ofMillis(25);

  private final RootFilesystem root;
  private @Nullable FileTree before;
  private @Nullable FileTree after;

  private ComparedRoot(RootFilesystem root) {
    this.root = root;
  }

  static ComparedRoot create(WorkingDirectory where) throws IOException {
    return new ComparedRoot(RootFilesystem.create(where, RootFilesystem.Cleanup.REMOVE));
  }

  @Override
  public RootFilesystem root() {
    return root;
  }

  @Override
  public void beginStep() throws IOException {
    root.emptyTemporary();
    before = after == null ? look() : after; // nothing was written since
    after = null;
    try {
      Thread.sleep(TICK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted before a step began", e);
    }
  }

  /// All files; of the bytes of regular ones only what the kernel says.
  private FileTree look() throws IOException {
    return DirectoryTree.read(
        root.directory(),
        new DirectoryTree.Options(
            Owners.AS_ON_HOST,
            Set.of(),
            stamp -> Optional.of(new Seen(stamp)),
            ComparedRoot::folded));
  }

  /// All of a time, in the 32 bits that a tree has room for: a directory that was written to within
  /// the second in which it was made, and came out as it was, is told as an overlay tells it.
  private static long folded(FileTime time) {
    return Integer.toUnsignedLong(Long.hashCode(time.to(TimeUnit.NANOSECONDS)));
  }

  /// Bytes that nobody needs to read.
  ///
  /// @param stamp of the file that holds them
  record Seen(FileStamp stamp) implements FileContent {

    @Override
    public long sizeBytes() {
      return stamp.sizeBytes();
    }

    @Override
    public InputStream open() {
      throw new IllegalStateException("only looked at");
    }
  }

  @Override
  public UpperDirectory.Read endStep(Owners owners, ToLongFunction<FileTime> times)
      throws IOException {
    after = look();
    return lastStep(owners, times);
  }

  @Override
  public UpperDirectory.Read lastStep(Owners owners, ToLongFunction<FileTime> times)
      throws IOException {
    if (before == null || after == null) {
      throw new IllegalStateException("no step was begun and ended");
    }
    return new ChangedFiles(root.directory(), owners, times).between(before, after);
  }

  @Override
  public void show() throws IOException {
    root.emptyTemporary();
  }

  @Override
  public void close() throws IOException {
    root.close();
  }
}
