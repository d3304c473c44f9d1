package dev.skiff.builder.base;

import dev.skiff.builder.bootstrap.PackageBootstrap;
import dev.skiff.builder.docker.Daemons;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.plan.PackageSource;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.registry.Offline;
import dev.skiff.builder.registry.RegistryProblems;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.builder.time.ImageTime;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.layer.LayerCensus;
import dev.skiff.image.oci.layer.TarLayer;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Fills a root directory from a base.
public final class BaseUnpacker {

  private static final long BOOTSTRAP_BYTES = 600L << 20;
  private static final long LEAST_BOOTSTRAP_BYTES = 100L << 20;
  private static final long BUSYBOX_BYTES = 16L << 20;
  private static final long LEAST_BUSYBOX_BYTES = 1L << 20;

  private final Settings settings;
  private final OciImages images;
  private final BuildListener listener;

  /// What all bases have in common.
  ///
  /// @param platform of images that have several
  /// @param ids which owners files can have
  /// @param environment the caller's
  /// @param where root directories are made
  /// @param time the image's, which bases are noted to
  public record Settings(
      Platform platform,
      IdMapping ids,
      Map<String, String> environment,
      WorkingDirectory where,
      ImageTime time) {
    public Settings {
      environment = Map.copyOf(environment);
    }
  }

  public BaseUnpacker(Settings settings, Registries registries, BuildListener listener) {
    this.settings = settings;
    this.images =
        new OciImages(registries, new Daemons(settings.environment(), listener), settings.where());
    this.listener = listener;
  }

  /// The same for one stage.
  ///
  /// @param time the stage's own
  /// @param told in place of this one's listener
  public BaseUnpacker forStage(ImageTime time, BuildListener told) {
    Settings own =
        new Settings(
            settings.platform(), settings.ids(), settings.environment(), settings.where(), time);
    return new BaseUnpacker(own, images, told);
  }

  private BaseUnpacker(Settings settings, OciImages images, BuildListener listener) {
    this.settings = settings;
    this.images = images;
    this.listener = listener;
  }

  private void warn(Problem problem) {
    listener.on(new Warned(problem));
  }

  /// Unpacks a base into an empty root, or does nothing if the root is the base.
  ///
  /// @return what is to know of the image, if it is an OCI image
  /// @throws ProblemException if there is no such base, or it cannot be used
  public Optional<UnpackedImage> unpack(Base base, RootFilesystem root) throws IOException {
    return switch (base) {
      case Base.Registry _,
          Base.OciLayout _,
          Base.OciArchive _,
          Base.DockerArchive _,
          Base.DaemonImage _,
          Base.Dockerfile _ ->
          Optional.of(new OciUnpacking(settings, images, listener).unpack(base, root));
      case Base.LocalImage(var path, var _) ->
          new LocalImageBase(path, settings, listener).unpack(root);
      case Base.ServedSif(var address) ->
          throw new IllegalArgumentException("not fetched: " + address.uri());
      case Base.Scratch() -> Optional.empty();
      case Base.Debootstrap debootstrap -> {
        Offline.refuse(settings.environment(), "bootstrap '%s'".formatted(debootstrap.suite()));
        requireBootstrapSpace();
        new DebootstrapBase(debootstrap, settings, listener).unpack(root);
        yield Optional.empty();
      }
      case Base.Packages(var source) -> {
        install(source, root);
        yield Optional.empty();
      }
      case Base.Busybox(var binary) -> {
        Offline.refuse(settings.environment(), "download '%s'".formatted(binary));
        settings.where().requireSpace(LEAST_BUSYBOX_BYTES, BUSYBOX_BYTES, "busybox", this::warn);
        new BusyboxBase(binary, settings, listener).unpack(root);
        yield Optional.empty();
      }
      case Base.Update(var sandbox) -> {
        if (!Files.isDirectory(sandbox)) {
          throw new ProblemException(BaseProblems.noSandbox(sandbox));
        }
        yield Optional.empty();
      }
    };
  }

  private void install(PackageSource source, RootFilesystem root) throws IOException {
    requireNetwork(source);
    requireBootstrapSpace();
    String architecture = settings.platform().architecture();
    new PackageBootstrap(settings.ids(), settings.environment(), architecture, listener)
        .fill(source, root);
  }

  private void requireNetwork(PackageSource source) {
    if (!source.addresses().stream().allMatch(address -> address.startsWith("file:"))) {
      Offline.refuse(settings.environment(), "install " + source.title());
    }
  }

  private void requireBootstrapSpace() {
    settings
        .where()
        .requireSpace(
            LEAST_BOOTSTRAP_BYTES, BOOTSTRAP_BYTES, "a bootstrapped root file system", this::warn);
  }

  /// Opens a base without unpacking it; the caller closes it.
  ///
  /// @param content names the bytes of a file
  /// @return empty if the base can only be made in a root, and is a layer itself then
  /// @throws ProblemException if there is no such base, or it cannot be used
  public Optional<OpenedBase> open(Base base, FileDigest content) throws IOException {
    return switch (base) {
      case Base.Registry _,
          Base.OciLayout _,
          Base.OciArchive _,
          Base.DockerArchive _,
          Base.DaemonImage _,
          Base.Dockerfile _ ->
          Optional.of(new OciUnpacking(settings, images, listener).open(base));
      case Base.LocalImage(var path, var _) ->
          LocalImages.isFile(base)
              ? Optional.of(new LocalImageBase(path, settings, listener).open(content.of(path)))
              : Optional.empty();
      case Base.Scratch() -> Optional.of(new OpenedBase.Empty());
      case Base.ServedSif _, Base.Debootstrap _, Base.Packages _, Base.Busybox _, Base.Update _ ->
          Optional.empty();
    };
  }

  /// Opens an image that is no base itself, but what one was made of; the caller closes it.
  ///
  /// @throws ProblemException if it cannot be had
  public OpenedBase.Layers openOrigin(ImageReference reference) throws IOException {
    Base image = new Base.Registry(reference.toString());
    return new OciUnpacking(settings, images, listener).find(image);
  }

  /// What names a file's bytes.
  @FunctionalInterface
  public interface FileDigest {
    Digest of(Path file) throws IOException;
  }

  /// Makes the files of a base with layers above it, in an empty root.
  ///
  /// @param above oldest first
  public void fill(OpenedBase base, RootFilesystem root, List<TarLayer> above) throws IOException {
    OciUnpacking unpacking = new OciUnpacking(settings, images, listener);
    switch (base) {
      case OpenedBase.Empty() -> {
        if (!above.isEmpty()) {
          Path _ = unpacking.extract(above, root, new LayerCensus());
        }
      }
      case OpenedBase.Layers(ImageSource source, OciImage image) -> {
        try {
          image.announce(source, layer -> true);
          LayerCensus _ = unpacking.fill(image, root, above);
        } catch (MalformedImageException e) {
          throw RegistryProblems.unusable(source.name(), e);
        }
      }
      case OpenedBase.ImageFile file ->
          new LocalImageBase(file.path(), settings, listener).fill(file, root, above);
    }
  }
}
