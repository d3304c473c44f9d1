package dev.skiff.runtime.planner;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.plan.SetupStep.Access;
import dev.skiff.runtime.plan.SetupStep.FileSystem;
import java.nio.file.Path;
import java.util.List;

/// What a request names besides the image, opened and understood.
///
/// @param overlays in the order of the request, each above those before it; at most one is written
///   to
/// @param bound what each bind out of an image file is taken from, in their order
/// @param notices what the person should know of them
public record Volumes(List<Overlay> overlays, List<Bound> bound, List<Problem> notices) {

  /// Nothing is named.
  public static final Volumes NONE = new Volumes(List.of(), List.of(), List.of());

  public Volumes {
    overlays = List.copyOf(overlays);
    bound = List.copyOf(bound);
    notices = List.copyOf(notices);
  }

  /// What lies over the image.
  public sealed interface Overlay {
    /// Whether changes go to it.
    Access access();
  }

  /// A directory whose `upper` has the files; where it has none and is only read, its own.
  ///
  /// @param directory absolute
  /// @param hasUpper whether there is an `upper`
  public record DirectoryOverlay(Path directory, boolean hasUpper, Access access)
      implements Overlay {}

  /// A file system in a file: all of a SquashFS, the `upper` of an ext3.
  public record VolumeOverlay(Volume volume, Access access) implements Overlay {}

  /// A volume and how it may be used.
  public record Bound(Volume volume, Access access) {}

  /// A file system in a file.
  ///
  /// @param offsetBytes where it starts in the file
  public record Volume(Path file, long offsetBytes, long sizeBytes, FileSystem fileSystem) {}
}
