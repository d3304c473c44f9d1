package dev.skiff.runtime.setup;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.plan.SetupStep;
import java.io.IOException;
import java.nio.file.Path;

/// Every step of a plan that can fail, worded in one place.
public final class SetupProblems {

  private static final String START = "cannot start the container";
  private static final String DOCTOR = "run: skiff doctor";

  private SetupProblems() {}

  static ProblemException noSquashfuse(Path image) {
    return notStarted(
        "cannot mount '" + image + "'",
        "squashfuse_ll was found neither on PATH nor in /usr/bin, /usr/local/bin or /opt",
        "install squashfuse (apt-get install squashfuse, dnf install squashfuse)");
  }

  static ProblemException notUnpacked(Path image, IOException failure) {
    return notStarted(
        "cannot unpack '" + image + "'",
        "it cannot be mounted, for want of /dev/fuse or squashfuse_ll, and "
            + failure.getClass().getSimpleName()
            + ": "
            + failure.getMessage(),
        "set TMPDIR to a local directory with space; skiff doctor says how to mount instead");
  }

  static ProblemException imageServerAbsent(Path image) {
    return notStarted(
        "cannot mount '" + image + "'",
        "the process that was to run squashfuse_ll did not come up within 10 seconds",
        DOCTOR);
  }

  static ProblemException image(SetupStep.MountImage step, int result) {
    return notStarted(
        "cannot mount '" + step.image() + "'",
        "its file system at offset " + step.offsetBytes() + " was refused: " + Errno.text(result),
        "check the image: skiff inspect '" + step.image() + "'");
  }

  static ProblemException overlay(SetupStep.MountOverlay step, int result) {
    String fix =
        switch (-result) {
          case Errno.ENOTCONN, Errno.EPIPE, 103 ->
              "check the image with: unsquashfs -s IMAGE; squashfuse must know its compression";
          case Errno.EINVAL ->
              "put the upper directory on a local file system: NFS and Lustre cannot hold one";
          default -> DOCTOR;
        };
    return notStarted(
        START,
        "the overlay of "
            + step.lower()
            + " with upper directory '"
            + step.upper()
            + "' was"
            + " refused: "
            + Errno.text(result),
        fix);
  }

  static ProblemException workdir(Path directory, int result) {
    return notStarted(
        "cannot make '" + directory + "' for the container's temporary directories",
        result == -Errno.ENOENT
            ? "the directory it would lie in, named by --workdir, is not there"
            : Errno.text(result),
        "make a directory and name it: mkdir -p /scratch/me/work, --workdir /scratch/me/work");
  }

  static ProblemException volume(SetupStep.MountVolume step, String why) {
    return notStarted(
        "cannot mount '" + step.file() + "'",
        why,
        switch (step.fileSystem()) {
          case SQUASHFS -> "check it: unsquashfs -s '" + step.file() + "'";
          case EXT3 -> "check it: e2fsck -n '" + step.file() + "'";
        });
  }

  static ProblemException overlayAsImage(SetupStep.MountVolume step) {
    return notStarted(
        "cannot run '" + step.file() + "'",
        "it is a writable overlay, and no image",
        "name the image, and this with --overlay: skiff exec --overlay " + step.file() + " IMAGE");
  }

  static ProblemException volumeInUse(SetupStep.MountVolume step) {
    return notStarted(
        "cannot mount '" + step.file() + "'",
        "another container uses it, and changes to it have one writer and no readers",
        "wait for that container, or let every container that only reads name it with :ro");
  }

  static ProblemException noExtServer(SetupStep.MountVolume step) {
    return notStarted(
        "cannot mount '" + step.file() + "'",
        "it is an ext3 file system, and only root may mount one without fuse2fs and fuse-overlayfs,"
            + " which are not both installed",
        "install them (apt-get install fuse2fs fuse-overlayfs), or use a directory in its place");
  }

  static ProblemException fuseOverlay(Path part, IOException failure) {
    return notStarted(
        START,
        "the overlay with '"
            + part
            + "' cannot be mounted by fuse-overlayfs: "
            + failure.getMessage(),
        "use one that is yours; one for --fakeroot is made by: skiff overlay create --fakeroot FILE");
  }

  static ProblemException overlayDirectory(Path path, int result) {
    return notStarted(
        START,
        "'"
            + path.getFileName()
            + "' of an overlay cannot be used: "
            + (result == -Errno.ENOTDIR ? "it is no directory of its own" : Errno.text(result)),
        "remove it from the overlay, or name another with --overlay");
  }

  static ProblemException bindInside(SetupStep.BindInside bind, int result) {
    return notStarted(
        "cannot bind '" + bind.path() + "' of an image file (" + bind.reason() + ")",
        result == -Errno.ENOENT
            ? bind.path() + " doesn't exist in the image"
            : bind.path() + ": " + Errno.text(result),
        "look into the image, for example with unsquashfs -l or debugfs");
  }

  static ProblemException overlayTooLong(SetupStep.MountOverlay step) {
    return notStarted(
        START,
        "the names of its " + step.lower().size() + " layers exceed the kernel's 4096 bytes",
        "use shorter paths, or fewer overlays");
  }

  static ProblemException bindSource(SetupStep.Bind bind, int result) {
    if (bind.source().toString().indexOf('\uFFFD') >= 0) { // what the JVM makes of such bytes
      return notStarted(
          "cannot bind '" + bind.source() + "' (" + bind.reason() + ")",
          "its name holds bytes that are no UTF-8, and Java cannot name such a file",
          "rename it, or bind the directory it is in");
    }
    return notStarted(
        "cannot bind '" + bind.source() + "' (" + bind.reason() + ")",
        result == -Errno.ENOENT
            ? "mount source " + bind.source() + " doesn't exist on this host"
            : "mount source " + bind.source() + ": " + Errno.text(result),
        "check the path on the node the job runs on: ls -ld '" + bind.source() + "'");
  }

  static ProblemException bindTarget(SetupStep.Bind bind, int result) {
    return notStarted(
        "cannot bind '" + bind.source() + "' (" + bind.reason() + ")",
        "the target '" + bind.target() + "' in the container: " + Errno.text(result),
        "choose another target, for example --bind '" + bind.source() + "':/mnt");
  }

  static ProblemException bindKinds(SetupStep.Bind bind, ContainerRoot.Kind source) {
    boolean directory = source == ContainerRoot.Kind.DIRECTORY;
    return notStarted(
        "cannot bind '" + bind.source() + "' (" + bind.reason() + ")",
        "the source is a "
            + (directory ? "directory" : "file")
            + ", and '"
            + bind.target()
            + "' in the image is "
            + (directory ? "none" : "a directory"),
        "choose another target, for example --bind '" + bind.source() + "':/mnt");
  }

  static ProblemException readOnlyMounts() {
    return notStarted(
        START,
        "this kernel cannot make a mount read-only by mount_setattr(2), which came with Linux 5.12",
        "use a newer kernel, or no read-only binds");
  }

  /// A system call that has no advice of its own.
  ///
  /// @param action what was being done, as `mounting /proc`
  /// @param result minus the error number
  public static ProblemException step(String action, int result) {
    return notStarted(START, action + ": " + Errno.text(result), DOCTOR);
  }

  private static ProblemException notStarted(String what, String why, String fix) {
    return new ProblemException(new Problem(what, why, fix), ExitCode.NOT_STARTED);
  }
}
