package dev.skiff.builder.convert;

import dev.skiff.builder.assemble.NewFile;
import dev.skiff.builder.assemble.ReplacedDirectory;
import dev.skiff.builder.base.LocalImages;
import dev.skiff.builder.plan.Target.Existing;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.Leftover;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.sif.FileSystemType;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.sif.RootImage;
import dev.skiff.image.sif.SystemPartition;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/// A root alone, as the SquashFS image that a SIF file keeps it in.
///
/// @param target the file
public record SquashfsFile(Path target) {

  /// Whether a source has such an image to be copied as it is.
  public static boolean isOf(SourceSpec.Local source) {
    if (source.kind() != ImageKind.SIF && source.kind() != ImageKind.SQUASHFS) {
      return false;
    }
    try {
      return RootImage.find(source.path()).fileSystem() == FileSystemType.SQUASHFS;
    } catch (IOException e) {
      return false; // one of OCI blobs, or one that whoever reads it will complain of
    }
  }

  /// Refuses a target that is there.
  ///
  /// @throws ProblemException if it may not be replaced
  public void check(Existing existing) {
    if (existing == Existing.REFUSE && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw problem(
          "'%s' already exists".formatted(target),
          "use --force to replace it, or name another target");
    }
    ReplacedDirectory.check(target);
  }

  /// Copies the root of an image file.
  ///
  /// @param listener hears of what is left out
  /// @throws ProblemException if it has none, or the target cannot be written
  public void write(Path image, BuildListener listener) {
    try {
      SystemPartition root = RootImage.find(image);
      if (root.fileSystem() != FileSystemType.SQUASHFS) {
        throw problem(
            "the root of '%s' is no SquashFS image".formatted(image),
            "build a SIF of it first: skiff build app.sif " + image);
      }
      LocalImages.tellOverlay(image, listener);
      NewFile.write(target, file -> copy(image, root, file));
    } catch (MalformedImageException e) {
      throw LocalImages.unusable(image, e);
    } catch (IOException e) {
      throw problem(
          e.getClass().getSimpleName() + ": " + e.getMessage(),
          "look whether you can write there, and whether there is room");
    }
  }

  private static void copy(Path image, SystemPartition root, Path file) throws IOException {
    try (FileChannel from = FileChannel.open(image);
        FileChannel to =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long position = root.offsetBytes();
      long end = position + Math.min(root.sizeBytes(), from.size() - position);
      while (position < end) {
        long moved = from.transferTo(position, end - position, to);
        if (moved <= 0) {
          throw new IOException("'%s' is cut short".formatted(image));
        }
        position += moved;
      }
    }
  }

  /// The same of a SIF file that is made for it.
  ///
  /// @param maker makes a SIF file beside the target
  public void write(Consumer<Path> maker) {
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw problem("there is no directory '%s'".formatted(parent), "make it first");
    }
    try (Leftover scratch = Leftover.at(Files.createTempDirectory(parent, ".skiff-"))) {
      Path sif = scratch.path().resolve(target.getFileName() + ".sif");
      maker.accept(sif);
      write(sif, event -> {}); // nothing is in it but the root
    } catch (IOException e) {
      throw problem(
          e.getClass().getSimpleName() + ": " + e.getMessage(),
          "look whether you can write there, and whether there is room");
    }
  }

  private ProblemException problem(String why, String fix) {
    return new ProblemException(
        new Problem("cannot write '%s'".formatted(target), why, fix), ExitCode.PROBLEM);
  }
}
