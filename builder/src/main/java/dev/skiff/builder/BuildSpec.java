package dev.skiff.builder;

import dev.skiff.definitions.DefinitionReader;
import dev.skiff.definitions.ImageDefinition;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.template.BuildArguments;
import dev.skiff.image.sif.ImageKind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What `skiff build TARGET SPEC` is given as SPEC: a definition file, an image to start from, or a
/// URI such as `docker://debian:12`.
public final class BuildSpec {

  private BuildSpec() {}

  /// Reads it; an image or URI stands for a definition of two lines.
  ///
  /// @throws ProblemException if it is neither, or cannot be read at all
  public static Reading read(String spec, BuildArguments arguments) {
    Path path = Path.of(spec);
    if (!Files.exists(path)) {
      Optional<DefinitionFile> uri = ImageDefinition.ofUri(spec);
      if (uri.isPresent()) {
        return new Reading.Accepted(uri.get(), List.of());
      }
      throw new ProblemException(
          new Problem(
              "cannot build from '%s'".formatted(spec),
              spec.equals("-")
                  ? "open -: no such file; a definition is not read from standard input"
                  : "it is no file, and does not start with an agent such as docker://",
              "name a definition file, an image, or docker://NAME:TAG"));
    }
    return switch (kind(path)) {
      case SIF, SQUASHFS, DIRECTORY ->
          new Reading.Accepted(ImageDefinition.ofLocalImage(spec), List.of());
      case EXT3, OTHER -> DefinitionReader.read(path, arguments);
    };
  }

  private static ImageKind kind(Path path) {
    try {
      return ImageKind.of(path);
    } catch (AccessDeniedException e) {
      throw unreadable(path, "permission denied");
    } catch (IOException e) {
      throw unreadable(path, String.valueOf(e.getMessage()));
    }
  }

  private static ProblemException unreadable(Path path, String why) {
    return new ProblemException(
        new Problem(
            "cannot build from '%s'".formatted(path),
            why,
            "make the file readable, or name another"));
  }
}
