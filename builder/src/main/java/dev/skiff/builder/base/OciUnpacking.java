package dev.skiff.builder.base;

import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Phases;
import dev.skiff.builder.registry.RegistryProblems;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.layer.LayerCensus;
import dev.skiff.image.oci.layer.LayerExtraction;
import dev.skiff.image.oci.layer.MergeLimits;
import dev.skiff.image.oci.layer.TarLayer;
import dev.skiff.image.tree.TreeExtractor;
import dev.skiff.image.tree.TreeExtractor.Extraction;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Merges the layers of an OCI image into a root directory.
final class OciUnpacking {

  /// Layers are gzip or zstd; a third is what root file systems come to.
  private static final int USUAL_EXPANSION = 3;

  private static final String UNPACK = "unpack";

  private final BaseUnpacker.Settings settings;
  private final OciImages images;
  private final BuildListener listener;

  OciUnpacking(BaseUnpacker.Settings settings, OciImages images, BuildListener listener) {
    this.settings = settings;
    this.images = images;
    this.listener = listener;
  }

  UnpackedImage unpack(Base base, RootFilesystem root) throws IOException {
    try (ImageSource source = new WatchedSource(images.open(base), UNPACK, listener)) {
      try {
        OciImage image = OciImage.open(source, settings.platform());
        LayerCensus census = fill(image, root, List.of());
        return new UnpackedImage(image.config(), ImageLayers.of(image, census.counts()));
      } catch (MalformedImageException | NoSuchImageException e) {
        throw RegistryProblems.unusable(source.name(), e);
      }
    }
  }

  /// Opens the image that a stage starts from, and fetches none of its layers.
  OpenedBase.Layers open(Base base) throws IOException {
    OpenedBase.Layers opened = find(base);
    settings.time().noteCreated(opened.opened().config().created());
    return opened;
  }

  /// Opens an image, and fetches none of its layers.
  OpenedBase.Layers find(Base base) throws IOException {
    ImageSource source = new WatchedSource(images.open(base), UNPACK, listener);
    try {
      OciImage image = OciImage.find(source, settings.platform());
      return new OpenedBase.Layers(source, image);
    } catch (MalformedImageException | NoSuchImageException e) {
      source.close();
      throw RegistryProblems.unusable(source.name(), e);
    } catch (IOException e) {
      source.close();
      throw e;
    }
  }

  /// Makes the files of an image in an empty root.
  ///
  /// @param above further layers, oldest first
  LayerCensus fill(OciImage image, RootFilesystem root, List<TarLayer> above) throws IOException {
    long stored = storedBytes(image.manifest().layers());
    settings
        .where()
        .requireSpace(stored, stored * USUAL_EXPANSION, "the image's root file system", this::warn);
    settings.time().noteCreated(image.config().created());
    List<TarLayer> layers = new ArrayList<>(image.layers());
    layers.addAll(above);
    LayerCensus census = new LayerCensus();
    Path _ = new Phases(listener).time(UNPACK, stored, () -> extract(layers, root, census));
    return census;
  }

  /// What the manifest claims, if it can be: a size that no layer has is named where it is read.
  private static long storedBytes(List<Descriptor> layers) {
    long most = MergeLimits.STANDARD.contentBytes();
    return layers.stream().mapToLong(Descriptor::sizeBytes).filter(size -> size <= most).sum();
  }

  private void warn(Problem problem) {
    listener.on(new Warned(problem));
  }

  /// Makes the files that layers yield together in an empty root.
  Path extract(List<TarLayer> layers, RootFilesystem root, LayerCensus census) throws IOException {
    Path staging = Files.createDirectory(root.scratch().resolve("layers"));
    warn(
        LayerExtraction.extract(
            layers, root.directory(), staging, ownership(settings.ids()), census),
        root.directory(),
        listener);
    Files.delete(staging);
    return root.directory();
  }

  static Ownership ownership(IdMapping ids) {
    return switch (ids) {
      case ROOT, RANGE -> Ownership.KEPT;
      case SINGLE, NONE -> Ownership.CALLER;
    };
  }

  static void warn(Extraction done, Path root, BuildListener listener) {
    if (done.skippedCount() > 0) {
      TreeExtractor.Skipped first = done.skipped().getFirst();
      String path = first.path();
      String inside = path.startsWith(root + "/") ? path.substring((root + "").length()) : path;
      listener.on(
          new Warned(BaseProblems.skipped(done.skippedCount(), first.what() + " of " + inside)));
    }
  }
}
