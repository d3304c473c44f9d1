package dev.skiff.builder;

import dev.skiff.builder.assemble.OverlayCreation;
import dev.skiff.builder.assemble.OverlayCreation.Owner;
import dev.skiff.builder.assemble.OverlayCreation.Space;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.sif.Extra;
import dev.skiff.image.sif.FileSystemType;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.PartitionType;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifEditException;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.sif.SystemPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `skiff overlay create`: a file system for the changes to an image, in a file or in the SIF file.
///
/// @param target the file to make, or an existing SIF file
/// @param sizeMib of the file system
/// @param directories to make in it, as the container sees them
/// @param environment whose `PATH` has `mkfs.ext3`
public record OverlayImage(
    Path target,
    long sizeMib,
    List<String> directories,
    Shape shape,
    Map<String, String> environment) {

  private static final long LEAST_MIB = 64;
  private static final long MOST_MIB = 16L << 20; // what ext3 can hold
  private static final String MKFS = "mkfs.ext3";

  /// How the file system is laid out.
  public record Shape(Space space, Owner owner) {}

  public OverlayImage {
    directories = List.copyOf(directories);
  }

  /// Makes it.
  ///
  /// @throws ProblemException if it fails; what had the name is as it was then
  public void create() {
    if (sizeMib < LEAST_MIB || sizeMib > MOST_MIB) {
      throw problem(
          sizeMib < LEAST_MIB
              ? "image size must be equal or greater than 64 MiB"
              : "an ext3 file system holds at most " + MOST_MIB + " MiB",
          "give another size, as in skiff overlay create --size 1024 " + target);
    }
    OverlayCreation creation =
        new OverlayCreation(
            mkfs(), sizeMib << 20, shape.space(), shape.owner(), relativeDirectories());
    try {
      if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        creation.inFile(target);
        return;
      }
      requireSif();
      creation.inSif(target);
    } catch (SifEditException e) {
      throw refused(e);
    } catch (MalformedImageException e) {
      throw problem(String.valueOf(e.getMessage()), "name a SIF file, or a file to make");
    } catch (IOException e) {
      throw problem(String.valueOf(e.getMessage()), "check the path and the disk it is on");
    }
  }

  private List<Path> relativeDirectories() {
    List<Path> relative = new ArrayList<>();
    for (String directory : directories) {
      Path path = Path.of("/", directory);
      for (Path part : path) {
        if (part.toString().equals("..")) {
          throw problem(
              "'" + directory + "' would lie outside of it",
              "name directories as the container sees them, as in --create-dir /opt/results");
        }
      }
      relative.add(Path.of("/").relativize(path.normalize()));
    }
    return relative.stream().filter(path -> !path.toString().isEmpty()).toList();
  }

  private Path mkfs() {
    String path = environment.getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
    for (String folder : path.split(":", -1)) {
      Path program = Path.of(folder, MKFS);
      if (folder.startsWith("/") && Files.isExecutable(program)) {
        return program;
      }
    }
    throw problem(
        MKFS + " is neither on PATH nor in /usr/sbin",
        "install e2fsprogs: apt-get install e2fsprogs, dnf install e2fsprogs");
  }

  private void requireSif() throws IOException {
    if (!Files.isWritable(target)) {
      throw problem("you may not write to it", "work on a copy of the file");
    }
    switch (ImageKind.of(target)) {
      case SIF -> {}
      case EXT3 ->
          throw problem(
              "EXT3 overlay image " + target + " already exists",
              "delete it first, or name another file");
      case SQUASHFS, DIRECTORY, OTHER ->
          throw problem(
              "it exists, and the destination image must be SIF image",
              "name a SIF file, or a file to make");
    }
    try (SifReader sif = SifReader.open(target)) {
      requireUnsealed(sif);
    }
  }

  private void requireUnsealed(SifReader sif) {
    SystemPartition root =
        sif.primaryPartition()
            .orElseThrow(
                () -> problem("it holds no system partition", "name a SIF file that can be run"));
    if (root.fileSystem().isEncrypted()) {
      throw problem(
          "encrypted root FS partition: could not add writable overlay",
          "make a file of its own, as in skiff overlay create overlay.img");
    }
    if (sif.first(ObjectType.SIGNATURE).isPresent()) {
      throw problem(
          "SIF image " + target + " is signed: could not add writable overlay",
          "make a file of its own, as in skiff overlay create overlay.img");
    }
    for (SifDescriptor object : sif.descriptors()) {
      if (object.extra() instanceof Extra.Partition partition
          && partition.type() == PartitionType.OVERLAY
          && partition.fileSystem() == FileSystemType.EXT3) {
        throw problem(
            "a writable overlay partition already exists in %s (ID: %d)"
                .formatted(target, object.id()),
            "delete it first with: skiff sif del %d %s".formatted(object.id(), target));
      }
    }
  }

  private ProblemException refused(SifEditException refused) {
    return switch (refused.reason()) {
      case BUSY ->
          new ProblemException(
              new Problem(what(), "another process is changing the file", "try again later"),
              ExitCode.TRY_AGAIN);
      case FULL ->
          problem(
              "all descriptors of the file are in use",
              "delete an object first: skiff sif del ID " + target);
      case NO_SUCH_OBJECT, HAS_PRIMARY, NO_PARTITION, NO_SYSTEM ->
          throw new IllegalStateException("an overlay is none of these", refused);
    };
  }

  private String what() {
    return "cannot create the overlay '" + target + "'";
  }

  private ProblemException problem(String why, String fix) {
    return new ProblemException(new Problem(what(), why, fix));
  }
}
