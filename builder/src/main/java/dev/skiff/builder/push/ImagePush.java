package dev.skiff.builder.push;

import dev.skiff.builder.base.LocalImages;
import dev.skiff.builder.inspect.RecordedLayers;
import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Phases;
import dev.skiff.builder.registry.RegistryClient;
import dev.skiff.builder.registry.RegistryImage;
import dev.skiff.builder.registry.RegistryPush.Blob;
import dev.skiff.builder.registry.RegistryPush.Result;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.InvalidImageReferenceException;
import dev.skiff.image.oci.Manifest;
import dev.skiff.image.oci.Manifest.ImageManifest;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.sif.ImageKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Sends an image file to a registry.
///
/// @param image a SIF file, or where layers are sent also a SquashFS image
/// @param client speaks to the registry; the caller closes it
/// @param where a layer that has to be made is put meanwhile
/// @param listener told of phases
public record ImagePush(
    Path image, RegistryClient client, WorkingDirectory where, BuildListener listener) {

  private static final int GZIPPED = 3; // how much larger a gzip layer may be than SquashFS' zstd

  /// What a registry gets.
  public sealed interface Form {
    /// The SIF file itself.
    record Artifact() implements Form {}

    /// The very layers and manifest of the OCI image that the file was made of.
    record Layers(ImageReference origin, ImageManifest manifest) implements Form {}

    /// The root as one layer.
    ///
    /// @param why it is not the layers it was made of
    record OneLayer(String why) implements Form {}
  }

  /// The layers of an image that came from a registry and was not changed, as long as they can be
  /// had; else one layer.
  ///
  /// @throws ProblemException if the file is no image
  public Form layers() {
    try {
      requireImage();
      Optional<ImageLayers> recorded = RecordedLayers.of(image);
      if (recorded.isEmpty()) {
        return new Form.OneLayer("the file does not say what layers it was made of");
      }
      if (recorded.get().change().isPresent()) {
        return new Form.OneLayer("a definition changed what the layers hold");
      }
      return origin(recorded.get());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private Form origin(ImageLayers recorded) throws IOException {
    ImageReference origin;
    try {
      ImageReference named = ImageReference.parse(recorded.reference());
      origin =
          new ImageReference(
              named.registry(),
              named.repository(),
              Optional.empty(),
              Optional.of(Digest.parse(recorded.digest())));
      if (!recorded.reference().startsWith(named.registry() + "/")) {
        return new Form.OneLayer(
            "its layers came from no registry but from " + recorded.reference());
      }
    } catch (InvalidImageReferenceException e) {
      return new Form.OneLayer("its layers came from no registry but from " + recorded.reference());
    } catch (IllegalArgumentException e) {
      throw new MalformedImageException(
          image.toString(), -1, ImageLayers.OBJECT, String.valueOf(e.getMessage()));
    }
    try (RegistryImage source = client.image(origin)) {
      return source.root() instanceof ImageManifest manifest
          ? new Form.Layers(origin, manifest)
          : new Form.OneLayer("its layers are named by an index");
    } catch (ProblemException e) {
      return new Form.OneLayer("its layers cannot be had: " + e.problem().why());
    }
  }

  private void requireImage() throws IOException {
    switch (ImageKind.of(image)) {
      case SIF, SQUASHFS -> {}
      case DIRECTORY ->
          throw problem(
              "it is a directory", "make a file of it first: skiff build app.sif " + image);
      case EXT3, OTHER ->
          throw problem("it is no SIF file", "name a SIF file; skiff build makes one");
    }
  }

  /// Sends it.
  ///
  /// @throws ProblemException if that fails; then nothing has the name, or what had it before
  public Result send(Form form, ImageReference target) {
    try {
      return switch (form) {
        case Form.Artifact _ -> sendFile(target);
        case Form.Layers layers -> sendLayers(layers, target);
        case Form.OneLayer _ -> sendOneLayer(target);
      };
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private Result sendFile(ImageReference target) throws IOException {
    if (ImageKind.of(image) != ImageKind.SIF) {
      throw problem("it is no SIF file", "make one of it first: skiff build app.sif " + image);
    }
    Path name = Optional.ofNullable(image.getFileName()).orElse(image);
    Descriptor layer = new Phases(listener).time("digest", Files.size(image), this::descriptor);
    byte[] manifest = SifArtifact.manifest(layer, name.toString());
    try (TemporaryFile config = TemporaryFile.of(where, SifArtifact.configuration())) {
      return client
          .push(target)
          .push(
              List.of(
                  new Blob(SifArtifact.config(), Optional.empty(), config::file),
                  new Blob(layer, Optional.empty(), () -> image)),
              MediaTypes.OCI_MANIFEST,
              manifest);
    }
  }

  private Descriptor descriptor() throws IOException {
    MessageDigest hash = Digest.Algorithm.SHA256.start();
    try (InputStream in = new DigestInputStream(Files.newInputStream(image), hash)) {
      long size = in.transferTo(OutputStream.nullOutputStream());
      return SifArtifact.layer(Digest.of(Digest.Algorithm.SHA256, hash.digest()), size);
    }
  }

  private Result sendLayers(Form.Layers layers, ImageReference target) throws IOException {
    ImageReference origin = layers.origin();
    boolean same = origin.registry().equals(target.registry());
    Optional<String> from = same ? Optional.of(origin.repository()) : Optional.empty();
    try (RegistryImage source = client.image(origin)) {
      List<Blob> blobs = new ArrayList<>();
      List<Descriptor> wanted = new ArrayList<>(layers.manifest().layers());
      wanted.add(layers.manifest().config());
      for (Descriptor blob : wanted.stream().distinct().toList()) {
        blobs.add(new Blob(blob, from, () -> source.file(blob)));
      }
      Manifest manifest = layers.manifest();
      return client
          .push(target)
          .push(blobs, manifest.mediaType(), manifest.json().getBytes(StandardCharsets.UTF_8));
    }
  }

  private Result sendOneLayer(ImageReference target) throws IOException {
    where.requireSpace(
        Files.size(image),
        Files.size(image) * GZIPPED,
        "the layer",
        problem -> listener.on(new Warned(problem)));
    try (TemporaryFile layer = TemporaryFile.of(where, new byte[0])) {
      LayerImage packed =
          new Phases(listener)
              .time("pack", Files.size(image), () -> LayerImage.pack(image, layer.file()));
      try (TemporaryFile config = TemporaryFile.of(where, packed.config().bytes())) {
        return client
            .push(target)
            .push(
                List.of(
                    new Blob(packed.layer().stored(), Optional.empty(), layer::file),
                    new Blob(packed.config().descriptor(), Optional.empty(), config::file)),
                packed.manifest().descriptor().mediaType(),
                packed.manifest().bytes());
      }
    }
  }

  private ProblemException unreadable(IOException e) {
    if (e instanceof MalformedImageException malformed) {
      return LocalImages.unusable(image, malformed);
    }
    if (e instanceof NoSuchFileException) {
      return problem("there is no such file", "check the path");
    }
    return problem(
        e.getClass().getSimpleName() + ": " + e.getMessage(), "look whether you can read it");
  }

  private ProblemException problem(String why, String fix) {
    return new ProblemException(
        new Problem("cannot push '%s'".formatted(image), why, fix), ExitCode.PROBLEM);
  }
}
