package dev.skiff.runtime.doctor;

import dev.skiff.runtime.doctor.Fact.State;
import dev.skiff.runtime.doctor.Fact.Topic;
import java.util.List;

/// By which means images and overlays are mounted.
final class MountChecks {

  private static final String OVERLAY = "overlay file systems";
  private static final String UNPACKED =
      "a SIF image is unpacked at its first start, which takes a while and its room on disk";
  private static final String TRIAL =
      "mount -t tmpfs t /mnt && mkdir /mnt/l /mnt/u /mnt/w /mnt/m && mount -t overlay"
          + " -o lowerdir=/mnt/l,upperdir=/mnt/u,workdir=/mnt/w,userxattr o /mnt/m";

  private final Machine machine;

  MountChecks(Machine machine) {
    this.machine = machine;
  }

  private static Fact fact(
      String subject, State state, String finding, String consequence, String fix) {
    return new Fact(Topic.CONTAINERS, subject, state, finding, consequence, fix);
  }

  Fact kernel() {
    String release = machine.text("/proc/sys/kernel/osrelease");
    String[] parts = (release == null ? "" : release).split("[.-]", -1);
    boolean known =
        parts.length > 1 && parts[0].matches("[0-9]{1,3}") && parts[1].matches("[0-9]{1,3}");
    int major = known ? Integer.parseInt(parts[0]) : 0;
    int minor = known ? Integer.parseInt(parts[1]) : 0;
    if (!known || major > 5 || (major == 5 && minor >= 11) || machine.isRoot()) {
      return fact("kernel", State.GOOD, "Linux " + release, "overlays need no root", "");
    }
    return fact(
        "kernel",
        State.LIMITED,
        "Linux " + release + ", and 5.11 is the first where ordinary users mount overlays",
        "containers start only if the distribution added that to its kernel; the trial below says",
        "ask for a newer kernel");
  }

  Fact fuseDevice() {
    String subject = "/dev/fuse";
    if (machine.writable(subject)) {
      return fact(subject, State.GOOD, "usable", "images are mounted, not unpacked", "");
    }
    int mode = machine.mode(subject);
    String finding =
        mode < 0
            ? "not there"
            : "closed to you: its mode is 0%o, and 0666 is usual".formatted(mode);
    return fact(
        subject,
        machine.isRoot() ? State.ABSENT : State.LIMITED,
        finding,
        machine.isRoot() ? "images are mounted by the kernel" : UNPACKED,
        machine.isRoot() ? "" : opened(mode));
  }

  private static String opened(int mode) {
    return mode < 0
        ? "ask an administrator to run: modprobe fuse; in a container, pass --device /dev/fuse"
        : "ask an administrator to run: chmod 0666 /dev/fuse";
  }

  Fact squashfuse() {
    String program = machine.program("squashfuse_ll");
    if (program != null) {
      return fact("squashfuse_ll", State.GOOD, program, "SIF images are mounted", "");
    }
    return fact(
        "squashfuse_ll",
        machine.isRoot() ? State.ABSENT : State.LIMITED,
        "not on PATH",
        machine.isRoot() ? "images are mounted by the kernel" : UNPACKED,
        machine.isRoot() ? "" : "install it (apt-get install squashfuse, dnf install squashfuse)");
  }

  /// Skiff mounts by itself; other FUSE programs that people start beside it do not.
  Fact fusermount() {
    String program = machine.program("fusermount3");
    if (program == null) {
      return fact("fusermount3", State.ABSENT, "not on PATH", "Skiff does without it", "");
    }
    boolean works = machine.isRoot() || (machine.mode(program) & 04000) != 0;
    return fact(
        "fusermount3",
        works ? State.GOOD : State.ABSENT,
        program + (works ? "" : ", without its set-user-id bit"),
        "Skiff does without it; other FUSE programs need it",
        "");
  }

  Fact overlay(boolean namespaces) {
    if (!namespaces) {
      return fact(
          OVERLAY,
          State.LIMITED,
          "not tried, for want of user namespaces",
          "unknown until those are allowed",
          "");
    }
    boolean root = machine.isRoot();
    boolean works =
        root
            ? machine.succeeds("unshare", "-m", "sh", "-c", TRIAL)
            : machine.succeeds("unshare", "-r", "-m", "sh", "-c", TRIAL);
    if (works) {
      return fact(OVERLAY, State.GOOD, "usable", "bind points are made as needed", "");
    }
    return fact(
        OVERLAY,
        State.MISSING,
        "the kernel refuses one" + (root ? "" : " to an ordinary user"),
        "containers do not start",
        "use Linux 5.11 or newer, with the module 'overlay' loaded");
  }

  /// What `--overlay FILE` needs for ext3 images without root.
  Fact extended() {
    String subject = "ext3 overlays";
    StringBuilder missing = new StringBuilder();
    for (String program : List.of("fuse2fs", "fuse-overlayfs")) {
      if (machine.program(program) == null) {
        missing.append(missing.isEmpty() ? "" : " and ").append(program);
      }
    }
    if (missing.isEmpty()) {
      return fact(subject, State.GOOD, "fuse2fs, fuse-overlayfs", "--overlay takes ext3 files", "");
    }
    boolean root = machine.isRoot() && machine.exists("/dev/loop-control");
    return fact(
        subject,
        root ? State.ABSENT : State.LIMITED,
        missing + " not on PATH",
        root
            ? "the kernel mounts them for root"
            : "--overlay takes directories and SquashFS files, and no ext3 files",
        root
            ? ""
            : "install them (apt-get install fuse2fs fuse-overlayfs, dnf install fuse2fs"
                + " fuse-overlayfs)");
  }
}
