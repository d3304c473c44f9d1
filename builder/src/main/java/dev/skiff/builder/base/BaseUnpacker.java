package dev.skiff.builder.base;

import dev.skiff.builder.plan.Base;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.builder.time.ImageTime;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.Platform;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.nio.file.Files;
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
    this.images = new OciImages(registries, settings.where());
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
      case Base.Registry _, Base.OciLayout _, Base.OciArchive _, Base.DockerArchive _ ->
          Optional.of(new OciUnpacking(settings, images, listener).unpack(base, root));
      case Base.LocalImage(var path) -> new LocalImageBase(path, settings, listener).unpack(root);
      case Base.Scratch() -> Optional.empty();
      case Base.Debootstrap debootstrap -> {
        settings
            .where()
            .requireSpace(
                LEAST_BOOTSTRAP_BYTES,
                BOOTSTRAP_BYTES,
                "a bootstrapped root file system",
                this::warn);
        new DebootstrapBase(debootstrap, settings, listener).unpack(root);
        yield Optional.empty();
      }
      case Base.Busybox(var binary) -> {
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
}
