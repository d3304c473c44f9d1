package dev.skiff.runtime.plan;

import java.nio.file.Path;
import java.util.List;

/// One thing done to the mount namespace before the payload starts. Steps are carried out in order,
/// by root of the namespace, through the `Kernel` seam. Container paths are resolved inside the new
/// root, symbolic links included, so that an image cannot lead a mount out of it.
public sealed interface SetupStep {

  /// No mount made from here on reaches the host: `MS_REC|MS_SLAVE` on `/`.
  record IsolateMounts() implements SetupStep {}

  /// A tmpfs on a host directory, private to this namespace, that holds upper directories and mount
  /// points.
  ///
  /// @param directory an existing host directory that no bind reads from
  /// @param sizeBytes the most it may hold; 0 for half the memory
  record SessionDirectory(Path directory, long sizeBytes) implements SetupStep {}

  /// A SquashFS partition mounted read-only.
  ///
  /// @param image the file that holds it
  /// @param offsetBytes where the partition starts in it
  /// @param sizeBytes how long it is
  /// @param means how it is mounted
  /// @param target a host path below the session directory, made when missing
  record MountImage(Path image, long offsetBytes, long sizeBytes, Means means, Path target)
      implements SetupStep {

    /// How a SquashFS partition becomes visible.
    public enum Means {
      /// The kernel's own driver on a loop device; root only.
      LOOP,
      /// `squashfuse_ll` on a descriptor of /dev/fuse that the launcher opened.
      FUSE
    }
  }

  /// A file system in a file that is no image of its own: an overlay, or what a bind shows part of.
  ///
  /// @param file the file that holds it
  /// @param offsetBytes where it starts in it
  /// @param sizeBytes how long it is
  /// @param means by a loop device, or by whatever FUSE server knows the format
  /// @param owner whose its files are where the kernel knows no other ids than the caller's
  /// @param missing what happens when this host cannot mount it; not `SKIP`
  /// @param target a host path below the session directory, made when missing
  record MountVolume(
      Path file,
      long offsetBytes,
      long sizeBytes,
      FileSystem fileSystem,
      Access access,
      MountImage.Means means,
      Owner owner,
      Missing missing,
      Path target)
      implements SetupStep {}

  /// The caller as the container's files know them: root with `--fakeroot`.
  record Owner(long uid, long gid) {}

  /// An overlay file system. Directories two levels below the session directory belong to whoever
  /// made the overlay: a symbolic link there is refused.
  ///
  /// @param lower read-only trees, the uppermost first; one named `upper` that is missing is left
  ///   out
  /// @param upper where changes go; made when missing
  /// @param work the kernel's own working directory, beside `upper`; made when missing
  /// @param target a host path below the session directory
  /// @param points what will be mounted in it: where the one lower tree has all of that, or a
  ///   directory besides its root in which it can be made, the tree itself is shown at `target` and
  ///   only such directories lie below overlays. Empty: always an overlay of the whole
  record MountOverlay(
      List<Path> lower, Path upper, Path work, Path target, List<ContainerPath> points)
      implements SetupStep {
    public MountOverlay {
      lower = List.copyOf(lower);
      points = List.copyOf(points);
    }

    /// An overlay of the whole.
    public MountOverlay(List<Path> lower, Path upper, Path work, Path target) {
      this(lower, upper, work, target, List.of());
    }

    /// The same, for a tree that is shown as it is where it has these mount points.
    public MountOverlay unlessPresent(List<ContainerPath> mountPoints) {
      return new MountOverlay(lower, upper, work, target, mountPoints);
    }
  }

  /// A directory used as the root as it is: `target` shows `directory`.
  record MountDirectory(Path directory, Path target) implements SetupStep {}

  /// All that another process sees, from its root on.
  ///
  /// @param process its number, as the host's /proc has it; it has a mount namespace of its own
  /// @param target a directory of the host, whose files are out of sight from then on
  record CopyMounts(long process, Path target) implements SetupStep {}

  /// A host file or directory made visible in the container.
  ///
  /// @param source host path, absolute
  /// @param target where; made when missing, a directory for a directory and a file for anything
  ///   else
  /// @param access whether the container may write through it
  /// @param missing what happens when the source is not there, or the target cannot be made
  /// @param reason why it is in the plan, as `--dry-run` says it: `default`, `-B`, `--nv`, `home`,
  ///   ...
  record Bind(Path source, ContainerPath target, Access access, Missing missing, String reason)
      implements SetupStep {}

  /// Something in a `MountVolume` made visible in the container.
  ///
  /// @param volume its target, a path below the session directory
  /// @param path in it, absolute; links are resolved inside the volume
  /// @param reason as of `Bind`
  record BindInside(Path volume, String path, ContainerPath target, Access access, String reason)
      implements SetupStep {}

  /// A tmpfs in the container.
  ///
  /// @param sizeBytes the most it may hold; 0 for half the memory
  /// @param mode permissions of its root directory, as `01777`
  record Tmpfs(ContainerPath target, long sizeBytes, int mode) implements SetupStep {}

  /// A fresh proc, of the pid namespace the step is carried out in.
  record Proc(ContainerPath target) implements SetupStep {}

  /// A /dev with only the nodes every program expects, and those named.
  ///
  /// @param devices further host device paths, such as `/dev/nvidia0`
  record MinimalDev(ContainerPath target, List<Path> devices) implements SetupStep {
    public MinimalDev {
      devices = List.copyOf(devices);
    }
  }

  /// A directory, with its parents, if it is missing.
  record MakeDirectory(ContainerPath path, int mode) implements SetupStep {}

  /// A directory of the host, if nothing stands there; its parent must be there.
  record MakeHostDirectory(Path path, int mode) implements SetupStep {}

  /// A file in the new root, which must be an overlay, if nothing stands there; its directories are
  /// made.
  ///
  /// @param mode permissions, as `0755`
  record AddFile(ContainerPath path, String text, int mode) implements SetupStep {}

  /// A file of the session shown at a path of the container: /etc/passwd, /etc/resolv.conf.
  ///
  /// @param text what it holds
  /// @param onlyIfPresent leave it out when the image has no such file
  record ShowText(ContainerPath path, String text, boolean onlyIfPresent) implements SetupStep {}

  /// An account table of the image, /etc/passwd or /etc/group, shown with the caller's own lines in
  /// it (see `AccountTable`). Left out when the image has no such file.
  ///
  /// @param lines what `AccountTable.amend` puts into the image's own text
  record AmendAccounts(ContainerPath path, List<String> lines) implements SetupStep {
    public AmendAccounts {
      lines = List.copyOf(lines);
    }
  }

  /// The host name of the container's own UTS namespace.
  record SetHostName(String name) implements SetupStep {}

  /// A symbolic link, if nothing stands there.
  record MakeSymlink(ContainerPath path, String target) implements SetupStep {}

  /// The root file system becomes read-only; binds keep their own access.
  record SealRoot() implements SetupStep {}

  /// `pivot_root` into the finished tree; the host's root is gone afterwards.
  record EnterRoot(Path root) implements SetupStep {}

  /// What a volume is formatted as.
  enum FileSystem {
    SQUASHFS,
    /// ext2 and ext4 too.
    EXT3
  }

  /// Whether the container may write.
  enum Access {
    READ_ONLY,
    READ_WRITE
  }

  /// What becomes of a bind whose source or target cannot be had, and the like.
  enum Missing {
    /// Nothing, in silence: a default mount that this host happens not to have.
    SKIP,
    /// Nothing, but the person is told.
    WARN,
    /// The container does not start.
    FAIL
  }
}
