package dev.skiff.builder.push;

import dev.skiff.builder.assemble.NewFile;
import dev.skiff.builder.registry.RegistryClient;
import dev.skiff.builder.registry.RegistryImage;
import dev.skiff.builder.registry.RegistryProblems;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.sif.SifReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/// A SIF file that a registry keeps as an artefact.
///
/// @param client speaks to the registry; the caller closes it
public record SifDownload(RegistryClient client, ImageReference reference) {

  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  /// As far as the process's mask allows.
  private static final FileAttribute<?> EXECUTABLE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx"));

  /// The file in the cache; not to be changed.
  ///
  /// @throws ProblemException if it cannot be had, or is no SIF file
  public Path cached() {
    try (RegistryImage source = client.image(reference)) {
      Optional<Descriptor> layer = SifArtifact.find(source.root());
      if (layer.isEmpty()) {
        throw new ProblemException(
            new Problem(
                "cannot pull 'oras://%s'".formatted(reference),
                "it is no SIF file in a registry",
                "if it is a container image: skiff pull docker://" + reference));
      }
      Path file = source.file(layer.get());
      SifReader.open(file).close(); // the digest says that it came whole, not what it is
      return file;
    } catch (MalformedImageException e) {
      throw RegistryProblems.unusable("oras://" + reference, e);
    } catch (IOException e) {
      throw RegistryProblems.unusable("oras://" + reference, e);
    }
  }

  /// Puts a copy where a person wants it.
  ///
  /// @param cached as it lies in the cache
  /// @param target replaced if it is there
  /// @throws ProblemException if it cannot be written
  public static void copy(Path cached, Path target) {
    try {
      NewFile.write(target, part -> copyBytes(cached, part));
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "cannot write '%s'".formatted(target),
              e.getClass().getSimpleName() + ": " + e.getMessage(),
              "look whether you can write there, and whether there is room"),
          ExitCode.PROBLEM,
          e);
    }
  }

  private static void copyBytes(Path cached, Path part) throws IOException {
    try (FileChannel from = FileChannel.open(cached);
        FileChannel to = FileChannel.open(part, NEW, EXECUTABLE)) {
      long done = 0;
      while (done < from.size()) {
        done += from.transferTo(done, from.size() - done, to);
      }
    }
  }
}
