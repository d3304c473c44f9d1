package dev.skiff.runtime.request;

import dev.skiff.runtime.plan.ContainerPath;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which files the container is to see.
///
/// @param binds in the order they are to be made: options first, then the environment's
/// @param without default mounts that were declined
/// @param overlays laid over the image, each above those before it; at most one is written to
/// @param scratch writable directories that are gone afterwards
/// @param workdir where /tmp, /var/tmp, the home and scratch directories lie on the host instead of
///   in memory
/// @param nameServers addresses for /etc/resolv.conf in place of the host's
/// @param memoryBytes the most that each file system in memory may hold; 0 for half the memory
public record MountRequest(
    List<BindSpec> binds,
    HomeSpec home,
    Set<DefaultMount> without,
    Containment containment,
    Writability writability,
    GpuRequest gpu,
    List<OverlaySpec> overlays,
    List<ContainerPath> scratch,
    Optional<Path> workdir,
    List<String> nameServers,
    long memoryBytes) {

  /// What a plain `skiff exec` shows.
  public static final MountRequest DEFAULT =
      new MountRequest(
          List.of(),
          new HomeSpec.Own(),
          Set.of(),
          Containment.NONE,
          Writability.READ_ONLY,
          GpuRequest.NONE,
          List.of(),
          List.of(),
          Optional.empty(),
          List.of(),
          0);

  public MountRequest {
    binds = List.copyOf(binds);
    without = without.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(without));
    overlays = List.copyOf(overlays);
    scratch = List.copyOf(scratch);
    nameServers = List.copyOf(nameServers);
  }

  /// Whether file systems besides the image are named.
  public boolean namesVolumes() {
    if (!overlays.isEmpty()) {
      return true;
    }
    for (BindSpec bind : binds) {
      if (bind.place() instanceof BindSpec.ImagePlace) {
        return true;
      }
    }
    return false;
  }

  /// Whether changes are to go to memory and nowhere else.
  public boolean memoryAsked() {
    return writability == Writability.TMPFS;
  }

  /// How much of the host stays visible.
  public enum Containment {
    /// /dev, /tmp, /var/tmp, the home and the working directory are the host's.
    NONE,
    /// A /dev of its own, and temporary directories in place of the host's.
    CONTAIN
  }

  /// Whether the payload may write into the image.
  public enum Writability {
    READ_ONLY,
    /// Changes go to memory and are gone afterwards.
    TMPFS,
    /// As `TMPFS`, unless an overlay keeps changes.
    TMPFS_OR_OVERLAY,
    /// Changes go to the image itself.
    IMAGE
  }
}
