package dev.skiff.builder.stage;

import dev.skiff.builder.base.OpenedBase;
import dev.skiff.builder.cache.StepStore;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.Manifest;
import dev.skiff.image.oci.Manifest.ImageManifest;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.layer.TarLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A stage's base and layers as one image, to be read from where they are kept: its manifest is
/// written nowhere. Belongs to the stage, and need not be closed.
public final class StageImage implements ImageSource {

  private final Optional<ImageSource> below;
  private final Map<Digest, Path> files;
  private final OciImage image;

  private StageImage(Optional<ImageSource> below, Map<Digest, Path> files, OciImage image) {
    this.below = below;
    this.files = files;
    this.image = image;
  }

  /// The image of a stage; without its base, if that is an image file, which has no layers.
  public static StageImage of(BuiltStage stage, StepStore store) {
    List<Descriptor> stored = new ArrayList<>();
    List<Digest> diffIds = new ArrayList<>();
    List<TarLayer> layers = new ArrayList<>();
    Optional<OciImage> base = stage.base().image();
    base.ifPresent(from -> {
      stored.addAll(from.manifest().layers());
      diffIds.addAll(from.config().diffIds());
      layers.addAll(from.layers());
    });
    Map<Digest, Path> files = new HashMap<>();
    for (BuiltStage.Layer layer : stage.layers()) {
      stored.add(layer.blob().stored());
      diffIds.add(layer.blob().diffId());
      layers.add(store.open(layer.blob()));
      files.put(layer.blob().stored().digest(), store.file(layer.blob()));
    }
    Optional<ImageSource> source =
        switch (stage.base()) {
          case OpenedBase.Layers(ImageSource from, OciImage _) -> Optional.of(from);
          case OpenedBase.Empty _, OpenedBase.ImageFile _ -> Optional.empty();
        };
    OciImage image =
        new OciImage(
            base.map(OciImage::name).orElse("the layers of this build"),
            manifest(stored, diffIds),
            config(base, diffIds, stage.architecture()),
            layers);
    return new StageImage(source, files, image);
  }

  private static ImageManifest manifest(List<Descriptor> stored, List<Digest> diffIds) {
    Digest named = Digest.sha256(diffIds.toString().getBytes(StandardCharsets.UTF_8));
    Descriptor config = Descriptor.of(MediaTypes.OCI_CONFIG, named, 0);
    return new ImageManifest(MediaTypes.OCI_MANIFEST, named, "", config, stored, Optional.empty());
  }

  private static ImageConfig config(
      Optional<OciImage> base, List<Digest> diffIds, String architecture) {
    Optional<ImageConfig> from = base.map(OciImage::config);
    Platform platform =
        from.map(ImageConfig::platform)
            .filter(found -> !found.architecture().isEmpty())
            .orElse(new Platform("linux", architecture, ""));
    return new ImageConfig(
        platform,
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        "",
        "",
        diffIds,
        "{}",
        "{}");
  }

  /// Base and layers together.
  public OciImage image() {
    return image;
  }

  @Override
  public String name() {
    return image.name();
  }

  @Override
  public Manifest root() {
    return image.manifest();
  }

  @Override
  public void announce(List<Descriptor> blobs) {
    below.ifPresent(source ->
        source.announce(blobs.stream().filter(blob -> !files.containsKey(blob.digest())).toList()));
  }

  @Override
  public InputStream blob(Descriptor descriptor) throws IOException {
    Path file = files.get(descriptor.digest());
    if (file != null) {
      return Files.newInputStream(file);
    }
    return below
        .orElseThrow(() -> new IOException("no such layer: " + descriptor.digest()))
        .blob(descriptor);
  }

  @Override
  public void close() {}
}
