package dev.skiff.builder.root;

import dev.skiff.image.oci.layer.UpperDirectory;
import dev.skiff.image.tree.DirectoryTree.Owners;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.function.ToLongFunction;

/// A root directory that keeps apart what each step changes. Removed when closed.
public interface StepRoot extends AutoCloseable {

  /// The root, as far as it is made: to be filled with a base, or to be looked at.
  RootFilesystem root();

  /// What is written from now on belongs to the next step.
  void beginStep() throws IOException;

  /// What the step changed; from now on it is part of what lies below.
  ///
  /// @param times gives the seconds since 1970 that a file's time becomes
  UpperDirectory.Read endStep(Owners owners, ToLongFunction<FileTime> times) throws IOException;

  /// What the last step changed, once more.
  UpperDirectory.Read lastStep(Owners owners, ToLongFunction<FileTime> times) throws IOException;

  /// Shows all steps together where the root is; nothing is to be written there.
  void show() throws IOException;

  @Override
  void close() throws IOException;

  /// How what a step changes is kept apart.
  enum Way {
    /// By an overlay of the kernel's.
    OVERLAY,
    /// By a look at all files before and after.
    COMPARISON
  }

  /// An empty one.
  static StepRoot create(Way way, WorkingDirectory where) throws IOException {
    return switch (way) {
      case OVERLAY -> LayeredRoot.create(where, OverlayMounts.real());
      case COMPARISON -> ComparedRoot.create(where);
    };
  }
}
