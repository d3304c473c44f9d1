package dev.skiff.builder.convert;

import dev.skiff.builder.cache.StepStore;
import dev.skiff.builder.plan.Target;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.oci.Manifest.ImageManifest;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.archive.ImageContent;
import dev.skiff.image.oci.archive.ImageContent.Document;
import dev.skiff.image.oci.archive.ImageDocuments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// An OCI image's layers and documents for another place: as they are wherever that is possible, so
/// that its digest stays.
///
/// @param source open as long as the content is of use
/// @param image of the source
/// @param store has the layers that must be packed
record OciContent(ImageSource source, OciImage image, StepStore store) {

  /// How the layers are stored where they come from.
  enum Layers {
    /// With digests of their own.
    BLOBS,
    /// As plain tars, under a manifest that nobody wrote.
    SAVED
  }

  /// The content for a form of target.
  ImageContent of(Target.Form form, Layers stored) throws IOException {
    ImageManifest manifest = image.manifest();
    boolean plain =
        form == Target.Form.DOCKER_ARCHIVE
            || form == Target.Form.DAEMON; // there every layer is a plain tar
    if (stored == Layers.SAVED && !plain) {
      return packed();
    }
    boolean keeps = form == Target.Form.REGISTRY || plain;
    if (keeps || manifest.mediaType().equals(MediaTypes.OCI_MANIFEST)) {
      byte[] json = manifest.json().getBytes(StandardCharsets.UTF_8);
      Document same =
          new Document(Descriptor.of(manifest.mediaType(), manifest.digest(), json.length), json);
      return new ImageContent(
          config(manifest.config().mediaType()), same, layers(), source.registryName());
    }
    return renamed();
  }

  private Document config(String mediaType) {
    byte[] json = image.config().json().getBytes(StandardCharsets.UTF_8);
    Descriptor stored = image.manifest().config();
    String type = mediaType.isEmpty() ? MediaTypes.OCI_CONFIG : mediaType;
    return new Document(Descriptor.of(type, stored.digest(), json.length), json);
  }

  private List<ImageContent.Layer> layers() {
    List<ImageContent.Layer> layers = new ArrayList<>();
    for (int i = 0; i < image.layers().size(); i++) {
      Descriptor stored = image.manifest().layers().get(i);
      Digest diffId = image.config().diffIds().get(i);
      layers.add(
          new ImageContent.Layer(stored, diffId, () -> source.blob(stored), source.registryName()));
    }
    return layers;
  }

  /// The same blobs under the names that OCI has for them: a layout holds no others.
  private ImageContent renamed() {
    List<ImageContent.Layer> layers = new ArrayList<>();
    for (ImageContent.Layer layer : layers()) {
      Descriptor stored = layer.descriptor();
      layers.add(
          new ImageContent.Layer(
              Descriptor.of(
                  ImageContent.layerType(stored.mediaType()), stored.digest(), stored.sizeBytes()),
              layer.diffId(),
              layer.bytes(),
              layer.from()));
    }
    return described(layers);
  }

  private ImageContent described(List<ImageContent.Layer> layers) {
    Document config = config(MediaTypes.OCI_CONFIG);
    return new ImageContent(
        config, ImageDocuments.manifest(config.descriptor(), layers, new TreeMap<>()), layers);
  }

  private ImageContent packed() throws IOException {
    List<ImageContent.Layer> layers = new ArrayList<>();
    for (int i = 0; i < image.layers().size(); i++) {
      LayerBlob blob = store.gzipped(image.layers().get(i), image.config().diffIds().get(i));
      Path file = store.file(blob);
      layers.add(
          new ImageContent.Layer(blob.stored(), blob.diffId(), () -> Files.newInputStream(file)));
    }
    return described(layers);
  }
}
