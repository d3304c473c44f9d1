package dev.skiff.image.ocisif;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.squashfs.LayerStack;
import dev.skiff.image.squashfs.SquashfsReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/// The image in a SIF file made of OCI blobs. Index, manifest and configuration have been checked
/// against their digests, layers against their sizes only: whoever mounts one does not read it all,
/// and whoever copies one calls `check` before.
///
/// @param image of which the configuration and the history are here; its layers are no tar files
/// @param layers oldest first, the topmost last; one or more
public record OciSif(OciImage image, List<Layer> layers) {

  private static final String SQUASHFS_LAYER = "application/vnd.sylabs.image.layer.v1.squashfs";
  private static final String EXT3_LAYER = "application/vnd.sylabs.image.layer.v1.ext3";

  /// A file system in the file.
  ///
  /// @param offsetBytes from the file's start
  public record Layer(Kind kind, Digest digest, long offsetBytes, long sizeBytes) {

    /// What a layer is.
    public enum Kind {
      SQUASHFS,
      /// A writable overlay, always the topmost.
      EXT3
    }
  }

  public OciSif {
    layers = List.copyOf(layers);
  }

  /// Whether a SIF file holds an image of this kind: one that has a root of its own is an ordinary
  /// one, whatever it holds besides.
  public static boolean isIn(SifReader sif) {
    return sif.primaryPartition().isEmpty() && sif.first(ObjectType.OCI_ROOT_INDEX).isPresent();
  }

  /// Reads the image for a platform.
  ///
  /// @param file the file's name, for messages
  /// @throws NoSuchImageException if it holds images for other platforms only
  /// @throws MalformedImageException if it holds no container image, or one that cannot be mounted
  public static OciSif read(Path file, SifReader sif, Platform platform) throws IOException {
    try (OciSifSource source = new OciSifSource(file.toString(), sif)) {
      OciImage image = OciImage.find(source, platform);
      List<Layer> layers = new ArrayList<>();
      for (Descriptor descriptor : image.manifest().layers()) {
        SifDescriptor blob = source.object(descriptor);
        Layer.Kind kind = kind(source, descriptor);
        layers.add(new Layer(kind, descriptor.digest(), blob.offsetBytes(), blob.sizeBytes()));
      }
      if (layers.isEmpty()) {
        throw new MalformedImageException(source.name(), -1, "layers", "there is none");
      }
      return new OciSif(image, layers);
    }
  }

  /// Reads the image for this machine, or else the only one there is, for looking into.
  public static OciSif readAny(Path file, SifReader sif) throws IOException {
    try {
      return read(file, sif, Platform.host());
    } catch (NoSuchImageException e) {
      if (e.available().size() != 1) {
        throw e;
      }
      return read(file, sif, only(e));
    }
  }

  private static Platform only(NoSuchImageException failure) throws NoSuchImageException {
    try {
      return Platform.parse(failure.available().getFirst());
    } catch (IllegalArgumentException e) {
      throw failure; // it names no platform that anything is for
    }
  }

  private static Layer.Kind kind(OciSifSource source, Descriptor layer)
      throws MalformedImageException {
    return switch (layer.mediaType()) {
      case SQUASHFS_LAYER -> Layer.Kind.SQUASHFS;
      case EXT3_LAYER -> Layer.Kind.EXT3;
      default ->
          throw new MalformedImageException(
              source.name(),
              -1,
              "layers.mediaType",
              "found '%s', wanted '%s'".formatted(layer.mediaType(), SQUASHFS_LAYER));
    };
  }

  /// How it wants to be run.
  public ImageConfig config() {
    return image.config();
  }

  /// Of its manifest.
  public Digest digest() {
    return image.digest();
  }

  /// Whether a writable overlay lies over the image.
  public boolean hasOverlay() {
    return layers.getLast().kind() == Layer.Kind.EXT3;
  }

  /// How many bytes its layers have.
  public long layerBytes() {
    return layers.stream().mapToLong(Layer::sizeBytes).sum();
  }

  /// Reads all layers to the end and compares their digests.
  ///
  /// @param read told of each number of bytes that was read
  /// @throws MalformedImageException if one is another
  public void check(SifReader sif, LongConsumer read) throws IOException {
    for (Layer layer : layers) {
      Digest.Algorithm algorithm = layer.digest().algorithm();
      Hashing hash = new Hashing(algorithm.start(), read);
      sif.copy(layer.offsetBytes(), layer.sizeBytes(), hash);
      Digest found = Digest.of(algorithm, hash.digest().digest());
      if (!found.equals(layer.digest())) {
        throw new MalformedImageException(
            image.name(),
            layer.offsetBytes(),
            "digest",
            "the layer has %s, wanted %s".formatted(found, layer.digest()));
      }
    }
  }

  /// Where bytes go to be hashed.
  private record Hashing(MessageDigest digest, LongConsumer read) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer from) {
      int count = from.remaining();
      digest.update(from);
      read.accept(count);
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  /// Opens the layers that are SquashFS images; the caller closes them.
  ///
  /// @param file where they lie
  /// @throws MalformedImageException if one is none, or there is none
  public LayerStack open(Path file) throws IOException {
    List<SquashfsReader> opened = new ArrayList<>();
    try {
      for (Layer layer : layers) {
        if (layer.kind() == Layer.Kind.SQUASHFS) {
          opened.add(SquashfsReader.open(file, layer.offsetBytes(), layer.sizeBytes()));
        }
      }
      if (opened.isEmpty()) {
        throw new MalformedImageException(image.name(), -1, "layers", "none is " + SQUASHFS_LAYER);
      }
      return LayerStack.of(opened);
    } catch (IOException | RuntimeException e) {
      for (SquashfsReader layer : opened) {
        layer.close();
      }
      throw e;
    }
  }
}
