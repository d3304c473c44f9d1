package dev.skiff.builder.convert;

import dev.skiff.builder.base.OciImages;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.plan.Bases;
import dev.skiff.builder.plan.SifAddress;
import dev.skiff.definitions.ImageDefinition;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.image.sif.ImageKind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// An image that is there, as a person names it.
public sealed interface SourceSpec {

  /// As it was typed.
  String word();

  /// An OCI image, wherever it is.
  record Oci(String word, Base base) implements SourceSpec {}

  /// A SIF file, a SquashFS image or a sandbox.
  ///
  /// @param path absolute
  record Local(String word, Path path, ImageKind kind) implements SourceSpec {}

  /// A SIF file that a server keeps, to be fetched when it is opened.
  record Served(String word, SifAddress address) implements SourceSpec {}

  /// Reads a path, `docker://NAME`, `oras://NAME`, `library://NAME`, `oci:DIR[:TAG]`,
  /// `oci-archive:FILE[:TAG]` or `docker-archive:FILE[:NAME]`.
  ///
  /// @param doing what for, for messages: `cannot push`
  /// @param directory where relative paths start
  /// @throws ProblemException if it is no image
  static SourceSpec parse(String word, String doing, Path directory) {
    Path path = directory.resolve(word);
    if (Files.exists(path)) {
      return local(word, doing, path);
    }
    Optional<DefinitionFile> definition = ImageDefinition.ofUri(word);
    if (definition.isEmpty()) {
      throw problem(word, doing, "there is no such file", "check the path, or name docker://NAME");
    }
    Base base = new Bases(directory, Map.of()).of(definition.get().finalStage().header());
    if (base instanceof Base.LocalImage(Path image, var _)) {
      if (!Files.exists(image)) {
        throw problem(word, doing, "there is no such file", "check the path");
      }
      return local(word, doing, image);
    }
    if (base instanceof Base.ServedSif(SifAddress address)) {
      return new Served(word, address);
    }
    if (!OciImages.isImage(base)) {
      throw problem(
          word, doing, "it is no image", "make one of it first: skiff build app.sif " + word);
    }
    return new Oci(word, base);
  }

  private static SourceSpec local(String word, String doing, Path path) {
    try {
      ImageKind kind = ImageKind.of(path);
      return switch (kind) {
        case SIF, SQUASHFS, DIRECTORY -> new Local(word, path, kind);
        case EXT3, OTHER ->
            throw problem(
                word,
                doing,
                "it is neither a SIF file nor a SquashFS image, nor a sandbox",
                "name an image; skiff build makes one of a definition");
      };
    } catch (AccessDeniedException e) {
      throw problem(word, doing, "you may not read it", "ask its owner for read permission");
    } catch (IOException e) {
      throw problem(word, doing, String.valueOf(e.getMessage()), "name another image");
    }
  }

  private static ProblemException problem(String word, String doing, String why, String fix) {
    return new ProblemException(
        new Problem("%s '%s'".formatted(doing, word), why, fix), ExitCode.PROBLEM);
  }
}
