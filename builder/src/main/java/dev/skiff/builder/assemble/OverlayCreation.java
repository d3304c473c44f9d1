package dev.skiff.builder.assemble;

import dev.skiff.builder.root.FileModes;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.Extra;
import dev.skiff.image.sif.FileSystemType;
import dev.skiff.image.sif.NewObject;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.PartitionType;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifEditor;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Makes an ext3 file system with the directories that overlayfs wants, `upper` and `work`, by the
/// host's `mkfs.ext3`, which fills it from a directory, so that nothing is mounted.
///
/// @param mkfs the program
/// @param sizeBytes how large the file system is
/// @param space whether its blocks are taken now
/// @param owner who may write in it
/// @param directories made in `upper`, relative
public record OverlayCreation(
    Path mkfs, long sizeBytes, Space space, Owner owner, List<Path> directories) {

  private static final int PRIVATE = 0600;
  private static final int OWN = 0755;
  private static final int OPEN = 0777;
  private static final int LARGEST_SHORT_ID = 65535;
  private static final int ZEROS = 1 << 20;
  private static final int MOST_MESSAGE_BYTES = 4096;

  /// Whether the blocks of the file system are taken from the disk at once.
  public enum Space {
    TAKEN,
    SPARSE
  }

  /// Whom the directories belong to.
  public enum Owner {
    CALLER,
    /// Root, as containers see it that run with `--fakeroot`.
    ROOT
  }

  public OverlayCreation {
    directories = List.copyOf(directories);
  }

  /// Makes a file of its own.
  public void inFile(Path target) throws IOException {
    try (Place place = Place.beside(target)) {
      place.settle(fileSystem(place));
    }
  }

  /// Adds it to a SIF file, in the group of its root.
  public void inSif(Path sif) throws IOException {
    try (Place place = Place.beside(sif)) {
      Path made = fileSystem(place);
      try (SifEditor editor = SifEditor.open(sif);
          InputStream content = Files.newInputStream(made)) {
        var _ = editor.add(partition(editor), content, Instant.now().getEpochSecond());
      }
    }
  }

  private static NewObject partition(SifEditor editor) {
    int group = 1;
    for (SifDescriptor object : editor.descriptors()) {
      if (object.extra() instanceof Extra.Partition found
          && found.type() == PartitionType.PRIMARY_SYSTEM) {
        group = object.group();
      }
    }
    Architecture own = editor.header().architecture();
    Architecture architecture = own == Architecture.UNKNOWN ? Architecture.ofThisMachine() : own;
    return new NewObject(
        ObjectType.PARTITION,
        group,
        0,
        SifDescriptor.LinkKind.OBJECT,
        NewObject.PARTITION_ALIGNMENT,
        "",
        new Extra.Partition(FileSystemType.EXT3, PartitionType.OVERLAY, architecture));
  }

  private Path fileSystem(Place place) throws IOException {
    Path layout = directory(place.of("layout"));
    Path upper = directory(layout.resolve("upper"));
    var _ = directory(layout.resolve("work"));
    for (Path wanted : directories) {
      Path made = upper;
      for (Path part : wanted) {
        made = made.resolve(part);
        if (!Files.isDirectory(made)) {
          made = directory(made);
        }
      }
    }
    Path file = Files.createFile(place.of("overlay.img"));
    FileModes.set(file, PRIVATE);
    allocate(file);
    format(layout, file);
    return file;
  }

  /// Large ids do not fit into every ext3, so everybody may write then.
  private static Path directory(Path path) throws IOException {
    var _ = Files.createDirectory(path);
    int uid = (Integer) Files.getAttribute(path, "unix:uid");
    int gid = (Integer) Files.getAttribute(path, "unix:gid");
    FileModes.set(path, uid > LARGEST_SHORT_ID || gid > LARGEST_SHORT_ID ? OPEN : OWN);
    return path;
  }

  private void allocate(Path file) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      if (space == Space.SPARSE) {
        out.setLength(sizeBytes);
        return;
      }
      byte[] zeros = new byte[ZEROS];
      for (long done = 0; done < sizeBytes; done += zeros.length) {
        out.write(zeros, 0, (int) Math.min(zeros.length, sizeBytes - done));
      }
    }
  }

  private void format(Path layout, Path file) throws IOException {
    List<String> command = new ArrayList<>();
    if (owner == Owner.ROOT) {
      command.addAll(List.of("unshare", "-r", "--"));
    }
    command.addAll(List.of(mkfs.toString(), "-q", "-F"));
    if (space == Space.TAKEN) {
      command.addAll(List.of("-E", "nodiscard")); // or it would give the blocks back
    }
    command.addAll(List.of("-d", layout.toString(), file.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (InputStream output = process.getInputStream()) {
      String message =
          new String(output.readNBytes(MOST_MESSAGE_BYTES), StandardCharsets.UTF_8).strip();
      var _ = output.skip(Long.MAX_VALUE);
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException("%s ended with %d: %s".formatted(mkfs, status, message));
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
