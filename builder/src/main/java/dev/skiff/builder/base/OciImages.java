package dev.skiff.builder.base;

import dev.skiff.builder.docker.Daemons;
import dev.skiff.builder.docker.DockerfileBuild;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.plan.SifAddress;
import dev.skiff.builder.registry.RegistryProblems;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.InvalidImageReferenceException;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.archive.ArchiveReference;
import dev.skiff.image.oci.archive.DockerArchive;
import dev.skiff.image.oci.archive.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Opens what an OCI base names, be it in a registry or on disk.
public final class OciImages {

  private final Registries registries;
  private final Daemons daemons;
  private final WorkingDirectory where;

  /// @param where compressed archives are unpacked to
  public OciImages(Registries registries, Daemons daemons, WorkingDirectory where) {
    this.registries = registries;
    this.daemons = daemons;
    this.where = where;
  }

  /// A SIF file that a server keeps, in the cache.
  ///
  /// @throws ProblemException if it cannot be had
  public Path sif(SifAddress address, Platform platform) {
    return registries.sif(address, platform);
  }

  /// Whether a base is an OCI image at all.
  public static boolean isImage(Base base) {
    return switch (base) {
      case Base.Registry _,
          Base.OciLayout _,
          Base.OciArchive _,
          Base.DockerArchive _,
          Base.DaemonImage _,
          Base.Dockerfile _ ->
          true;
      case Base.LocalImage _,
          Base.ServedSif _,
          Base.Scratch _,
          Base.Debootstrap _,
          Base.Packages _,
          Base.Busybox _,
          Base.Update _ ->
          false;
    };
  }

  /// Opens the source that holds the image; the caller closes it.
  ///
  /// @throws ProblemException if there is none
  /// @throws IllegalArgumentException if the base is no OCI image
  public ImageSource open(Base base) throws IOException {
    try {
      return source(base);
    } catch (MalformedImageException | NoSuchImageException e) {
      throw RegistryProblems.unusable(name(base), e);
    }
  }

  private static String name(Base base) {
    return switch (base) {
      case Base.Registry(String reference) -> reference;
      case Base.OciLayout(Path path, var _) -> path.toString();
      case Base.OciArchive(Path path, var _) -> path.toString();
      case Base.DockerArchive(Path path, var _) -> path.toString();
      case Base.DaemonImage(String name) -> "docker-daemon:" + name;
      case Base.Dockerfile(Path file, var _, var _, var _) -> file.toString();
      case Base.LocalImage _,
          Base.ServedSif _,
          Base.Scratch _,
          Base.Debootstrap _,
          Base.Packages _,
          Base.Busybox _,
          Base.Update _ ->
          base.toString();
    };
  }

  private ImageSource source(Base base) throws IOException {
    return switch (base) {
      case Base.Registry(String reference) -> registries.open(parse(reference));
      case Base.OciLayout(Path directory, Optional<String> name) ->
          OciLayout.openDirectory(reference(directory, name));
      case Base.OciArchive(Path file, Optional<String> name) ->
          OciLayout.openArchive(reference(file, name), where.directory());
      case Base.DockerArchive(Path file, Optional<String> name) ->
          DockerArchive.open(reference(file, name), where.directory());
      case Base.DaemonImage(String name) -> daemons.image(name, where);
      case Base.Dockerfile(Path file, Path context, var target, var arguments) ->
          dockerfile(new DockerfileBuild(file, context, target, arguments));
      case Base.LocalImage _,
          Base.ServedSif _,
          Base.Scratch _,
          Base.Debootstrap _,
          Base.Packages _,
          Base.Busybox _,
          Base.Update _ ->
          throw new IllegalArgumentException("no OCI image: " + base);
    };
  }

  private ImageSource dockerfile(DockerfileBuild build) throws IOException {
    if (!Files.isRegularFile(build.file())) {
      throw new ProblemException(BaseProblems.noDockerfile(build.file()));
    }
    return daemons.build(build, where);
  }

  /// Whether an image's layers come as plain tars, under a manifest that nobody wrote.
  public static boolean isSaved(Base base) {
    return base instanceof Base.DockerArchive
        || base instanceof Base.DaemonImage
        || base instanceof Base.Dockerfile;
  }

  private static ImageReference parse(String reference) {
    try {
      return ImageReference.parse(reference);
    } catch (InvalidImageReferenceException e) {
      throw RegistryProblems.invalidReference(e);
    }
  }

  /// A colon may belong to the path: which one parts it from the image's name is seen on disk.
  private static ArchiveReference reference(Path path, Optional<String> name) {
    ArchiveReference reference =
        ArchiveReference.parse(path + name.map(text -> ":" + text).orElse(""));
    if (!Files.exists(reference.path())) {
      throw new ProblemException(BaseProblems.noImage(reference.path()));
    }
    return reference;
  }
}
