package dev.skiff.cli;

import dev.skiff.builder.base.OciImages;
import dev.skiff.builder.docker.Daemons;
import dev.skiff.builder.inspect.DescribedImage;
import dev.skiff.builder.inspect.RecordedLayers;
import dev.skiff.builder.inspect.RuntimeOfImage;
import dev.skiff.builder.inspect.SpaceCount;
import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.plan.Bases;
import dev.skiff.builder.registry.RegistryProblems;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.cli.output.BuildProgress;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.ImageDefinition;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.ocisif.OciSif;
import dev.skiff.image.ocisif.OpenedRoot;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.sif.SifReader;
import dev.skiff.runtime.driver.ImageRuntime;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The image that was named, be it a file, a directory, or an OCI image that lies elsewhere; looked
/// into, never started.
final class InspectedImage {

  private final String name;
  private final Terminal terminal;
  private final RegistryOptions registry;

  InspectedImage(String name, Terminal terminal, RegistryOptions registry) {
    this.name = name;
    this.terminal = terminal;
    this.registry = registry;
  }

  /// Looks into a file or directory.
  private interface InFile<T> {
    T look(Path image) throws IOException;
  }

  /// Looks into the layers of an OCI image in a SIF file.
  private interface InLayers<T> {
    T look(OpenedRoot root, OciSif image) throws IOException;
  }

  /// Looks into an OCI image.
  private interface InOciImage<T> {
    T look(OciImage image) throws IOException;
  }

  DescribedImage description() {
    return look(
        DescribedImage::read,
        (root, image) -> DescribedImage.of(image, root.files()),
        DescribedImage::of);
  }

  ImageLayers layers() {
    return look(
        path -> {
          Optional<ImageLayers> recorded = RecordedLayers.of(path);
          if (recorded.isEmpty()) {
            throw noLayers(path);
          }
          return recorded.get();
        },
        (root, _) -> ImageLayers.of(root),
        ImageLayers::of);
  }

  SpaceCount space(int depth) {
    return look(
        path -> SpaceCount.of(path, depth),
        (root, _) -> SpaceCount.of(root.files(), depth),
        _ -> {
          throw problem("its layers are not merged yet", "fetch it first: skiff pull " + name);
        });
  }

  /// What it brings for a GPU.
  ImageRuntime runtime() {
    return look(
        RuntimeOfImage::read,
        (root, _) -> RuntimeOfImage.of(root.files()),
        _ -> {
          throw problem("its layers are not merged yet", "fetch it first: skiff pull " + name);
        });
  }

  private ProblemException noLayers(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return problem(
          "a sandbox keeps no record of layers",
          "convert the OCI image to a SIF file: skiff pull docker://NAME:TAG");
    }
    var _ = DescribedImage.read(path); // a file that is no image is told so
    return problem(
        "no layers are recorded in it: it was not made by skiff out of an OCI image",
        "convert the OCI image again with skiff pull, or name that: docker://NAME:TAG");
  }

  private <T> T look(InFile<T> inFile, InLayers<T> inLayers, InOciImage<T> inOciImage) {
    try {
      Path path = Path.of(name);
      Optional<DefinitionFile> uri =
          Files.exists(path) ? Optional.empty() : ImageDefinition.ofUri(name);
      if (uri.isPresent()) {
        return elsewhere(uri.get(), inOciImage);
      }
      return isOfLayers(path) ? lookIntoLayers(path, inLayers) : inFile.look(path);
    } catch (InvalidPathException e) {
      throw problem(String.valueOf(e.getReason()), "name an image by its path", e);
    } catch (NoSuchFileException e) {
      throw problem("there is no such file", "check the path; skiff pull fetches an image", e);
    } catch (AccessDeniedException e) {
      throw problem("you may not read it", "ask its owner for read permission", e);
    } catch (IOException e) {
      throw problem(String.valueOf(e.getMessage()), "name a SIF file or a sandbox", e);
    }
  }

  private static boolean isOfLayers(Path path) throws IOException {
    if (ImageKind.of(path) != ImageKind.SIF) {
      return false;
    }
    try (SifReader sif = SifReader.open(path)) {
      return OciSif.isIn(sif);
    }
  }

  private <T> T lookIntoLayers(Path path, InLayers<T> inLayers) throws IOException {
    try (OpenedRoot root = OpenedRoot.look(path)) {
      OciSif image = root.oci().orElseThrow(() -> new IOException("it changes at the moment"));
      if (root.hasOverlay()) {
        terminal.warn(notLookedInto(name));
      }
      return inLayers.look(root, image);
    }
  }

  private <T> T elsewhere(DefinitionFile definition, InOciImage<T> inOciImage) throws IOException {
    Base base =
        new Bases(Path.of("").toAbsolutePath(), Map.of()).of(definition.finalStage().header());
    if (!OciImages.isImage(base)) {
      throw problem("it is no OCI image", "name a file that is there, or docker://NAME:TAG");
    }
    BuildSession session = new BuildSession(terminal, registry);
    WorkingDirectory where =
        WorkingDirectory.choose(Optional.empty(), registry.environment(terminal));
    try (RegistryClients clients = session.clients(new BuildProgress(terminal));
        ImageSource source =
            new OciImages(clients, new Daemons(registry.environment(terminal), event -> {}), where)
                .open(base)) {
      try {
        return inOciImage.look(OciImage.open(source, Platform.host()));
      } catch (MalformedImageException | NoSuchImageException e) {
        throw RegistryProblems.unusable(source.name(), e);
      }
    }
  }

  private ProblemException problem(String why, String fix, Exception cause) {
    ProblemException problem = problem(why, fix);
    return new ProblemException(problem.problem(), ExitCode.PROBLEM, cause);
  }

  private ProblemException problem(String why, String fix) {
    return new ProblemException(new Problem("cannot read the image '" + name + "'", why, fix));
  }

  /// Says that a part of the image was passed over.
  static Problem damaged(String image, String why) {
    return new Problem(
        "'%s' does not say about itself what it should".formatted(image),
        why,
        "nothing to do: its files were read in place of that");
  }

  /// Says that changes to the image were passed over.
  private static Problem notLookedInto(String image) {
    return new Problem(
        "the writable overlay in '%s' was not looked into".formatted(image),
        "it is an ext3 file system, which Skiff does not read",
        "make it a layer where it was made: singularity overlay seal " + image);
  }

  /// Says that the count is not of all.
  static Problem unreadable(String image, long directories) {
    return new Problem(
        "not all of '%s' was counted".formatted(image),
        "you may not look into %d of its directories".formatted(directories),
        "do it as their owner");
  }
}
