package dev.skiff.cli.container;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.sif.Extra;
import dev.skiff.image.sif.FileSystemType;
import dev.skiff.image.sif.OpenedImage;
import dev.skiff.image.sif.PartitionType;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifReader;
import dev.skiff.runtime.plan.SetupStep.Access;
import dev.skiff.runtime.plan.SetupStep.FileSystem;
import dev.skiff.runtime.planner.Volumes;
import dev.skiff.runtime.planner.Volumes.Bound;
import dev.skiff.runtime.planner.Volumes.DirectoryOverlay;
import dev.skiff.runtime.planner.Volumes.Overlay;
import dev.skiff.runtime.planner.Volumes.Volume;
import dev.skiff.runtime.planner.Volumes.VolumeOverlay;
import dev.skiff.runtime.request.BindSpec;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.OverlaySpec;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds the file systems that a request names besides the image. Loaded only where it names one.
final class VolumeOpener {

  private final Path directory;
  private final List<Problem> notices = new ArrayList<>();

  VolumeOpener(Path directory) {
    this.directory = directory;
  }

  Volumes open(ExecRequest request) {
    List<Overlay> overlays = new ArrayList<>();
    for (OverlaySpec spec : request.mounts().overlays()) {
      Path path = directory.resolve(spec.path()).normalize();
      String what = "cannot use the overlay '" + spec.path() + "'";
      overlays.addAll(opened(what, path, () -> overlays(what, path, spec.access())));
    }
    List<Bound> bound = new ArrayList<>();
    for (BindSpec bind : request.mounts().binds()) {
      if (bind.place() instanceof BindSpec.ImagePlace place) {
        Path path = directory.resolve(bind.source()).normalize();
        String what =
            "cannot bind '" + place.path() + "' of '" + bind.source() + "' (" + bind.origin() + ")";
        bound.add(opened(what, path, () -> bound(what, path, bind.access(), place)));
      }
    }
    return new Volumes(overlays, bound, notices);
  }

  private interface Opening<T> {
    T open() throws IOException;
  }

  private static <T> T opened(String what, Path path, Opening<T> opening) {
    try {
      return opening.open();
    } catch (NoSuchFileException e) {
      throw problem(what, "there is no '" + path + "'", "make it: mkdir, or skiff overlay create");
    } catch (AccessDeniedException e) {
      throw problem(what, "you may not read it", "ask its owner for read permission");
    } catch (MalformedImageException e) {
      throw problem(what, String.valueOf(e.getMessage()), "make the image again");
    } catch (IOException e) {
      throw problem(what, String.valueOf(e.getMessage()), "check the path and the disk it is on");
    }
  }

  private List<Overlay> overlays(String what, Path path, Access wanted) throws IOException {
    Path real = path.toRealPath();
    if (Files.isDirectory(real)) {
      boolean upper = Files.exists(real.resolve("upper"), LinkOption.NOFOLLOW_LINKS);
      return List.of(new DirectoryOverlay(real, upper, usable(what, real, wanted)));
    }
    try (OpenedImage image = OpenedImage.open(real)) {
      return switch (image.kind()) {
        case SQUASHFS -> List.of(readOnly(real, image.sizeBytes()));
        case EXT3 ->
            List.of(
                new VolumeOverlay(
                    whole(real, image.sizeBytes(), FileSystem.EXT3), usable(what, real, wanted)));
        case SIF -> partitions(what, real, image.sif(), wanted);
        case DIRECTORY, OTHER ->
            throw problem(
                what,
                "it is neither a directory nor a SquashFS, ext3 or SIF file",
                "name a directory, or make a file with: skiff overlay create " + path);
      };
    }
  }

  private static Overlay readOnly(Path file, long size) {
    return new VolumeOverlay(whole(file, size, FileSystem.SQUASHFS), Access.READ_ONLY);
  }

  private static Volume whole(Path file, long size, FileSystem fileSystem) {
    return new Volume(file, 0, size, fileSystem);
  }

  private List<Overlay> partitions(String what, Path file, SifReader sif, Access wanted) {
    List<Overlay> overlays = new ArrayList<>();
    for (Volume volume : overlayPartitions(file, sif)) {
      boolean written = volume.fileSystem() == FileSystem.EXT3;
      Access access = written ? usable(what, file, wanted) : Access.READ_ONLY;
      overlays.add(new VolumeOverlay(volume, access));
    }
    if (overlays.isEmpty()) {
      throw problem(
          what,
          "no overlay partition found in " + file,
          "make one with: skiff overlay create " + file);
    }
    return overlays;
  }

  /// The overlays in a SIF file, in their order there.
  static List<Volume> overlayPartitions(Path file, SifReader sif) {
    List<Volume> volumes = new ArrayList<>();
    for (SifDescriptor object : sif.descriptors()) {
      if (object.extra() instanceof Extra.Partition partition
          && partition.type() == PartitionType.OVERLAY) {
        switch (partition.fileSystem()) {
          case SQUASHFS -> volumes.add(volume(file, object, FileSystem.SQUASHFS));
          case EXT3 -> volumes.add(volume(file, object, FileSystem.EXT3));
          case UNKNOWN, ARCHIVE, RAW, ENCRYPTED_SQUASHFS, GOCRYPTFS_SQUASHFS -> {}
        }
      }
    }
    return volumes;
  }

  private static Volume volume(Path file, SifDescriptor object, FileSystem fileSystem) {
    return new Volume(file, object.offsetBytes(), object.sizeBytes(), fileSystem);
  }

  private Bound bound(String what, Path path, Access wanted, BindSpec.ImagePlace place)
      throws IOException {
    Path real = path.toRealPath();
    if (Files.isDirectory(real)) {
      throw problem(
          what, "'" + path + "' is a directory", "bind " + path + place.path() + " itself");
    }
    try (OpenedImage image = OpenedImage.open(real)) {
      Volume volume =
          switch (image.kind()) {
            case SQUASHFS -> whole(real, image.sizeBytes(), FileSystem.SQUASHFS);
            case EXT3 -> whole(real, image.sizeBytes(), FileSystem.EXT3);
            case SIF -> partition(what, real, image.sif(), place.id());
            case DIRECTORY, OTHER ->
                throw problem(
                    what,
                    "it is neither a SquashFS, an ext3 nor a SIF file",
                    "name an image file; skiff build --data makes one of a directory");
          };
      boolean readOnly = volume.fileSystem() == FileSystem.SQUASHFS;
      return new Bound(volume, readOnly ? Access.READ_ONLY : usable(what, real, wanted));
    }
  }

  private static Volume partition(String what, Path file, SifReader sif, long id) {
    for (SifDescriptor object : sif.descriptors()) {
      if (object.extra() instanceof Extra.Partition partition
          && (id == 0 ? partition.type() == PartitionType.DATA : object.id() == id)) {
        if (partition.fileSystem() == FileSystemType.SQUASHFS) {
          return volume(file, object, FileSystem.SQUASHFS);
        }
        if (partition.fileSystem() == FileSystemType.EXT3) {
          return volume(file, object, FileSystem.EXT3);
        }
        throw problem(
            what,
            "its partition is " + partition.fileSystem().label() + ", no SquashFS and no ext3",
            "name another with id=; skiff sif list " + file + " tells them");
      }
    }
    throw problem(
        what,
        (id == 0 ? "no data partition found in " : "no partition " + id + " found in ") + file,
        "name one with id=; skiff sif list " + file + " tells them");
  }

  /// What may be done to it: read only where writing is not allowed, which is said.
  private Access usable(String what, Path path, Access wanted) {
    if (wanted == Access.READ_ONLY || Files.isWritable(path)) {
      return wanted;
    }
    notices.add(
        new Problem(
            what + " for changes",
            "'" + path + "' is not writable, proceeding with read-only",
            "name it with :ro, or use --writable-tmpfs"));
    return Access.READ_ONLY;
  }

  private static ProblemException problem(String what, String why, String fix) {
    return new ProblemException(new Problem(what, why, fix), ExitCode.NOT_STARTED);
  }
}
