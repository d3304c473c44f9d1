package dev.skiff.image.oci.archive;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.InvalidImageReferenceException;
import dev.skiff.image.oci.Manifest;
import dev.skiff.image.oci.Manifest.ImageManifest;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.NoSuchImageException.ChosenBy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `docker save` writes: a tar with a `manifest.json`. Layers have no digest of their own
/// there but the one of their uncompressed bytes, so that is what the manifest made for it names.
public final class DockerArchive implements ImageSource {

  private final ArchiveReference reference;
  private final TarFile tar;
  private final Map<Digest, String> paths = new HashMap<>();
  private final ImageManifest manifest;

  private DockerArchive(ArchiveReference reference, TarFile tar) throws IOException {
    this.reference = reference;
    this.tar = tar;
    this.manifest = manifest(choose(SavedImage.readAll(reference.path().toString(), tar.index())));
  }

  /// Opens an archive, perhaps compressed.
  ///
  /// @param reference its image, if one is named, is a name with tag as `docker save` was given
  /// @param temporary where a compressed archive is unpacked to, until this is closed
  /// @throws NoSuchImageException if it holds other images, or several and none was named
  public static DockerArchive open(ArchiveReference reference, Path temporary) throws IOException {
    TarFile tar = TarFile.open(reference.path(), temporary);
    try {
      return new DockerArchive(reference, tar);
    } catch (IOException e) {
      tar.close();
      throw e;
    }
  }

  private SavedImage choose(List<SavedImage> images) throws IOException {
    Optional<String> wanted = reference.image();
    if (wanted.isEmpty() && images.size() == 1) {
      return images.getFirst();
    }
    for (SavedImage image : images) {
      if (wanted.isPresent() && image.tags().stream().anyMatch(t -> same(t, wanted.get()))) {
        return image;
      }
    }
    throw new NoSuchImageException(
        reference.path().toString(),
        ChosenBy.TAG,
        wanted.orElse("no tag"),
        images.stream().flatMap(image -> image.tags().stream()).toList());
  }

  /// Whether two names mean one image, however much of them is left to defaults.
  private static boolean same(String tag, String wanted) {
    try {
      return ImageReference.parse(tag).equals(ImageReference.parse(wanted));
    } catch (InvalidImageReferenceException e) {
      return tag.equals(wanted);
    }
  }

  private ImageManifest manifest(SavedImage image) throws IOException {
    String name = reference.path().toString();
    byte[] bytes;
    try (InputStream in = tar.index().open(image.config())) {
      bytes = in.readNBytes(ImageConfig.LARGEST_BYTES + 1);
    }
    if (bytes.length > ImageConfig.LARGEST_BYTES) {
      throw new MalformedImageException(name, -1, image.config(), "it is too large");
    }
    ImageConfig config = ImageConfig.parse(image.config() + " of " + name, bytes);
    if (config.diffIds().size() != image.layers().size()) {
      throw new MalformedImageException(
          name,
          -1,
          "rootfs.diff_ids",
          "the configuration names %d layers, manifest.json %d"
              .formatted(config.diffIds().size(), image.layers().size()));
    }
    Digest digest = Digest.sha256(bytes);
    paths.put(digest, image.config());
    List<Descriptor> layers = new ArrayList<>();
    for (int i = 0; i < image.layers().size(); i++) {
      String path = image.layers().get(i);
      Digest layer = config.diffIds().get(i);
      paths.put(layer, path);
      layers.add(Descriptor.of(MediaTypes.OCI_LAYER, layer, tar.index().sizeBytes(path)));
    }
    return made(Descriptor.of(MediaTypes.DOCKER_CONFIG, digest, bytes.length), layers);
  }

  private static ImageManifest made(Descriptor config, List<Descriptor> layers) {
    StringBuilder json = new StringBuilder("{\"schemaVersion\":2,\"mediaType\":\"");
    json.append(MediaTypes.OCI_MANIFEST).append("\",\"config\":");
    append(json, config);
    json.append(",\"layers\":[");
    for (int i = 0; i < layers.size(); i++) {
      json.append(i == 0 ? "" : ",");
      append(json, layers.get(i));
    }
    json.append("]}");
    return new ImageManifest(
        MediaTypes.OCI_MANIFEST,
        Digest.sha256(json.toString().getBytes(StandardCharsets.UTF_8)),
        json.toString(),
        config,
        layers,
        Optional.empty());
  }

  private static void append(StringBuilder json, Descriptor descriptor) {
    json.append("{\"mediaType\":\"").append(descriptor.mediaType());
    json.append("\",\"digest\":\"").append(descriptor.digest());
    json.append("\",\"size\":").append(descriptor.sizeBytes()).append('}');
  }

  @Override
  public String name() {
    return reference.toString();
  }

  @Override
  public Manifest root() {
    return manifest;
  }

  @Override
  public InputStream blob(Descriptor descriptor) throws IOException {
    String path = paths.get(descriptor.digest());
    if (path == null) {
      throw new MalformedImageException(
          name(), -1, "manifest.json", "it has no " + descriptor.digest());
    }
    return tar.index().open(path); // a layer's digest is checked when it is uncompressed
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
