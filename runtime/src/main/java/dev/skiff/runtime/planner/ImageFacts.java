package dev.skiff.runtime.planner;

import dev.skiff.runtime.plan.ContainerPath;
import java.nio.file.Path;
import java.util.List;

/// The image to run, opened and understood.
///
/// @param path the image as the person knows it, absolute; `APPTAINER_CONTAINER` inside
/// @param name its file name; `APPTAINER_NAME` inside
/// @param root where its root file system lies
/// @param files what is put into that root, where nothing stands yet
/// @param overlays file systems of changes that are part of the image, each above those before it
public record ImageFacts(
    Path path, String name, Root root, List<AddedFile> files, List<Volumes.Volume> overlays) {

  public ImageFacts {
    files = List.copyOf(files);
    overlays = List.copyOf(overlays);
  }

  /// An image that is complete.
  public ImageFacts(Path path, String name, Root root) {
    this(path, name, root, List.of(), List.of());
  }

  /// A script that the image says in another form.
  ///
  /// @param text executable by all
  public record AddedFile(ContainerPath path, String text) {}

  /// Where a root file system lies. Whoever starts a container asks with `instanceof`: a `switch`
  /// over types would have the JVM spin a class at every start.
  public sealed interface Root {
    /// The file or directory that has it.
    Path place();
  }

  /// A SquashFS partition.
  ///
  /// @param file the SIF or SquashFS file
  /// @param offsetBytes where the partition starts in it
  /// @param sizeBytes how long it is
  public record Squashfs(Path file, long offsetBytes, long sizeBytes) implements Root {
    @Override
    public Path place() {
      return file;
    }
  }

  /// An ext3 file system, as older tools make images.
  ///
  /// @param file the SIF file that holds it, or all of it
  /// @param offsetBytes where it starts in the file
  /// @param sizeBytes how long it is
  public record Ext3(Path file, long offsetBytes, long sizeBytes) implements Root {
    @Override
    public Path place() {
      return file;
    }
  }

  /// A directory: a sandbox, or an image unpacked into the cache.
  ///
  /// @param ownership whether the person may have it changed with `--writable`
  public record Tree(Path directory, Ownership ownership) implements Root {
    @Override
    public Path place() {
      return directory;
    }
  }

  /// Whose a directory is.
  public enum Ownership {
    /// A sandbox: the image itself.
    SANDBOX,
    /// A copy of ours that other containers use too.
    CACHE
  }
}
