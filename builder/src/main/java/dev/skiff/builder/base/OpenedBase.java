package dev.skiff.builder.base;

import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.layer.LayerApplication;
import dev.skiff.image.oci.layer.StagedContents;
import dev.skiff.image.oci.layer.TarLayer;
import dev.skiff.image.ocisif.OpenedRoot;
import dev.skiff.image.tree.FileTree;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What the layers of a stage lie on, known but not unpacked. Stays open as long as the stage is of
/// use.
public sealed interface OpenedBase extends Closeable {

  /// Names the base by its content.
  Digest key();

  /// The OCI image, if it is one.
  default Optional<OciImage> image() {
    return Optional.empty();
  }

  /// What is to know of it beyond its files, if it is an OCI image.
  default Optional<UnpackedImage> origin() throws IOException {
    return Optional.empty();
  }

  @Override
  default void close() throws IOException {}

  /// Nothing at all.
  record Empty() implements OpenedBase {

    @Override
    public Digest key() {
      return Digest.sha256(new byte[0]);
    }
  }

  /// An OCI image.
  ///
  /// @param source closed with this
  record Layers(ImageSource source, OciImage opened) implements OpenedBase {

    @Override
    public Digest key() {
      StringBuilder text = new StringBuilder(opened.config().json());
      opened.config().diffIds().forEach(id -> text.append('\n').append(id));
      return Digest.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<OciImage> image() {
      return Optional.of(opened);
    }

    @Override
    public Optional<UnpackedImage> origin() throws IOException {
      return Optional.of(new UnpackedImage(opened.config(), ImageLayers.of(opened, List.of())));
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }

  /// A SIF or SquashFS image on this machine.
  ///
  /// @param opened closed with this
  /// @param key names the file's bytes, and which image of several it is
  /// @param origin of a file of OCI blobs
  record ImageFile(Path path, OpenedRoot opened, Digest key, Optional<UnpackedImage> origin)
      implements OpenedBase {

    /// The image's tree with layers above it.
    ///
    /// @param above made by `LayerTar`
    /// @param staging an empty directory for the layers' contents, needed as long as the tree is
    public FileTree tree(List<TarLayer> above, Path staging) throws IOException {
      FileTree tree = opened.files().tree();
      StagedContents contents =
          new StagedContents(staging, Files.getFileStore(staging).getUsableSpace());
      for (TarLayer layer : above) {
        LayerApplication.apply(tree, layer, contents);
      }
      return tree;
    }

    @Override
    public void close() throws IOException {
      opened.close();
    }
  }
}
