package dev.skiff.runtime.doctor;

import dev.skiff.runtime.doctor.Fact.State;
import dev.skiff.runtime.doctor.Fact.Topic;
import dev.skiff.runtime.doctor.Machine.Access;
import dev.skiff.runtime.doctor.Machine.Disk;
import java.nio.file.Path;
import java.util.List;

/// Whether a directory that Skiff writes to has room, and lies on a disk that suits.
final class DirectoryCheck {

  private static final long GIB = 1L << 30;
  private static final long LEAST = 5 * GIB;
  private static final List<String> NETWORK =
      List.of("lustre", "beegfs", "gpfs", "ceph", "fuse.ceph", "cifs", "smb3", "panfs", "9p");

  private final Machine machine;

  DirectoryCheck(Machine machine) {
    this.machine = machine;
  }

  private static boolean isNetwork(Disk disk) {
    return disk.type().startsWith("nfs") || NETWORK.contains(disk.type());
  }

  private static Fact fact(
      String subject, State state, String finding, String consequence, String fix) {
    return new Fact(Topic.STORAGE, subject, state, finding, consequence, fix);
  }

  /// Where root file systems are put together.
  Fact working(Path directory) {
    Disk disk = machine.disk(directory);
    String subject = "temporary directory";
    String finding = described(directory, disk);
    String elsewhere = "set SKIFF_TMPDIR to a local disk with room, such as /var/tmp or /scratch";
    if (disk.access() == Access.CLOSED) {
      return fact(
          subject, State.MISSING, finding, "builds fail: you may not write there", elsewhere);
    }
    if (isNetwork(disk)) {
      return fact(
          subject,
          State.LIMITED,
          finding,
          "builds cannot keep upper directories of overlays on a network file system",
          elsewhere);
    }
    if (disk.type().equals("tmpfs") || disk.type().equals("ramfs")) {
      return fact(
          subject,
          State.LIMITED,
          finding,
          "what builds unpack takes memory, and under Slurm counts against the job's",
          elsewhere);
    }
    return room(subject, finding, disk, "an image of some GB may not be built", elsewhere);
  }

  /// Where downloads and conversions are kept.
  Fact cache(Path directory) {
    Disk disk = machine.disk(directory);
    String subject = "cache";
    String finding = described(directory, disk);
    String elsewhere = "run: skiff config set cachedir /scratch/$USER/skiff";
    if (disk.access() == Access.CLOSED) {
      return fact(
          subject, State.MISSING, finding, "pulls fail: you may not write there", elsewhere);
    }
    if (disk.type().equals("tmpfs")) {
      return fact(
          subject,
          State.LIMITED,
          finding,
          "it takes memory, and is lost with the next start",
          elsewhere);
    }
    return room(
        subject,
        finding,
        disk,
        "an image of some GB may not be fetched",
        "make room with skiff cache clean --days 30, or " + elsewhere);
  }

  private static Fact room(
      String subject, String finding, Disk disk, String consequence, String fix) {
    boolean enough = disk.freeBytes() >= LEAST;
    return enough
        ? fact(subject, State.GOOD, finding, "there is room", "")
        : fact(subject, State.LIMITED, finding, consequence, fix);
  }

  private static String described(Path directory, Disk disk) {
    String free =
        disk.freeBytes() >= 10 * GIB
            ? disk.freeBytes() / GIB + " GiB free"
            : disk.freeBytes() / (GIB >> 10) + " MiB free";
    return "%s (%s, %s)".formatted(directory, disk.type(), free);
  }
}
