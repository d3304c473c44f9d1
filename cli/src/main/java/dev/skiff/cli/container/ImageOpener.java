package dev.skiff.cli.container;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.ocisif.OciSif;
import dev.skiff.image.sif.Extra;
import dev.skiff.image.sif.FileSystemType;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.OpenedImage;
import dev.skiff.image.sif.PartitionType;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.sif.SystemPartition;
import dev.skiff.runtime.planner.ImageFacts;
import dev.skiff.runtime.planner.Volumes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the image that was named and where its root file system lies in it.
final class ImageOpener {

  private static final char NO_UTF_8 = '\uFFFD'; // what the JVM makes of such bytes

  private static final int SQUASHFS_MAGIC = 0x68737173; // "hsqs"

  private final Path directory;
  private final Map<String, String> environment;

  ImageOpener(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = environment;
  }

  ImageFacts open(String name) {
    Path path = PulledImage.isReference(name) ? PulledImage.fetch(name, environment) : path(name);
    try {
      return facts(name, path);
    } catch (NoSuchFileException e) {
      if (path.toString().indexOf(NO_UTF_8) >= 0) {
        throw problem(
            name,
            "'" + path + "' holds bytes that are no UTF-8, and Java cannot name such a file",
            "rename it, or go through a symbolic link: ln -s FILE /tmp/image.sif");
      }
      throw problem(name, "there is no such file", "check the path; 'skiff pull' fetches an image");
    } catch (AccessDeniedException e) {
      throw problem(name, "you may not read it", "ask its owner for read permission");
    } catch (MalformedImageException e) {
      throw problem(name, String.valueOf(e.getMessage()), "fetch or build the image again");
    } catch (IOException e) {
      throw problem(name, String.valueOf(e.getMessage()), "check the path and the disk it is on");
    }
  }

  private ImageFacts facts(String name, Path path) throws IOException {
    if (Files.isDirectory(path)) {
      Path real = path.toRealPath();
      return new ImageFacts(
          real, fileName(path), new ImageFacts.Tree(real, ImageFacts.Ownership.SANDBOX));
    }
    try (OpenedImage image = OpenedImage.open(path)) {
      return switch (image.kind()) {
        case SIF -> sif(name, path, image.sif());
        case SQUASHFS ->
            new ImageFacts(
                path, fileName(path), new ImageFacts.Squashfs(path, 0, image.sizeBytes()));
        case EXT3 ->
            new ImageFacts(path, fileName(path), new ImageFacts.Ext3(path, 0, image.sizeBytes()));
        case DIRECTORY, OTHER ->
            throw problem(
                name,
                "it is neither a SIF, nor a SquashFS file, nor a directory",
                "name an image; 'skiff build app.sif app.def' makes one from a definition file");
      };
    }
  }

  private ImageFacts sif(String name, Path path, SifReader reader) throws IOException {
    Optional<SystemPartition> found = reader.primaryPartition();
    if (found.isEmpty() && reader.first(ObjectType.OCI_ROOT_INDEX).isPresent()) {
      return ociSif(name, path, reader);
    }
    if (found.isEmpty()) {
      throw problem(name, "it holds no system partition", "build or pull the image again");
    }
    SystemPartition partition = found.get();
    if (partition.fileSystem() == FileSystemType.EXT3) {
      ImageFacts.Ext3 root =
          new ImageFacts.Ext3(path, partition.offsetBytes(), partition.sizeBytes());
      return new ImageFacts(path, fileName(path), root);
    }
    if (partition.fileSystem() != FileSystemType.SQUASHFS) {
      throw problem(
          name,
          "its root file system is "
              + partition.fileSystem()
              + ", and only squashfs and ext3 can be run",
          "build it again with skiff build");
    }
    requireMagic(path, reader.channel(), partition.offsetBytes());
    return new ImageFacts(
        path,
        fileName(path),
        new ImageFacts.Squashfs(path, partition.offsetBytes(), partition.sizeBytes()),
        List.of(),
        overlays(path, reader));
  }

  private static List<Volumes.Volume> overlays(Path path, SifReader reader) {
    for (SifDescriptor object : reader.descriptors()) {
      if (object.extra() instanceof Extra.Partition partition
          && partition.type() == PartitionType.OVERLAY) {
        return VolumeOpener.overlayPartitions(path, reader);
      }
    }
    return List.of();
  }

  private ImageFacts ociSif(String name, Path path, SifReader reader) throws IOException {
    OciSifImage image = OciSifImage.read(path, reader);
    if (image.hasOverlay()) {
      throw problem(
          name,
          "a writable overlay is part of it, and Skiff cannot mount one yet",
          "make the overlay a layer where it was made: singularity overlay seal " + name);
    }
    if (image.isLayered()) {
      ImageFacts merged = facts(name, OciSifImage.merged(path, environment));
      return new ImageFacts(path, fileName(path), merged.root());
    }
    OciSif.Layer root = image.root();
    requireMagic(path, reader.channel(), root.offsetBytes());
    return new ImageFacts(
        path,
        fileName(path),
        new ImageFacts.Squashfs(path, root.offsetBytes(), root.sizeBytes()),
        image.files(),
        List.of());
  }

  /// The kernel and squashfuse refuse everything else in words that name no cause.
  private static void requireMagic(Path file, FileChannel channel, long offsetBytes)
      throws IOException {
    ByteBuffer magic = ByteBuffer.allocate(4);
    int _ = channel.read(magic, offsetBytes);
    if (magic.getInt(0) != SQUASHFS_MAGIC) {
      throw new MalformedImageException(
          file.toString(), offsetBytes, "superblock magic", "not that of squashfs");
    }
  }

  private Path path(String name) {
    try {
      return directory.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw problem(name, String.valueOf(e.getReason()), "name an image by its path");
    }
  }

  private static String fileName(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  private static ProblemException problem(String name, String why, String fix) {
    return new ProblemException(
        new Problem("cannot open the image '" + name + "'", why, fix), ExitCode.NOT_STARTED);
  }
}
