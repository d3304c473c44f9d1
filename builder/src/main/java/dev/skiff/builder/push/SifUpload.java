package dev.skiff.builder.push;

import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Phases;
import dev.skiff.builder.registry.RegistryPush;
import dev.skiff.builder.registry.RegistryPush.Blob;
import dev.skiff.builder.registry.RegistryPush.Result;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.sif.ImageKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/// Sends a SIF file to a registry as it is.
///
/// @param image the file
/// @param push to where
/// @param listener told of phases
public record SifUpload(Path image, RegistryPush push, BuildListener listener) {

  /// Sends it.
  ///
  /// @throws ProblemException if that fails; then nothing has the name, or what had it before
  public Result send() {
    try {
      if (ImageKind.of(image) != ImageKind.SIF) {
        throw problem("it is no SIF file", "make one of it first: skiff build app.sif " + image);
      }
      Path name = Optional.ofNullable(image.getFileName()).orElse(image);
      Descriptor layer = new Phases(listener).time("digest", Files.size(image), this::descriptor);
      byte[] manifest = SifArtifact.manifest(layer, name.toString());
      return push.push(
          List.of(
              new Blob(
                  SifArtifact.config(),
                  Optional.empty(),
                  () -> new ByteArrayInputStream(SifArtifact.configuration())),
              new Blob(layer, Optional.empty(), () -> Files.newInputStream(image))),
          MediaTypes.OCI_MANIFEST,
          manifest);
    } catch (MalformedImageException e) {
      throw problem(String.valueOf(e.getMessage()), "get the image once more, or build it anew");
    } catch (NoSuchFileException e) {
      throw problem("there is no such file", "check the path");
    } catch (IOException e) {
      throw problem(
          e.getClass().getSimpleName() + ": " + e.getMessage(), "look whether you can read it");
    }
  }

  private Descriptor descriptor() throws IOException {
    MessageDigest hash = Digest.Algorithm.SHA256.start();
    try (InputStream in = new DigestInputStream(Files.newInputStream(image), hash)) {
      long size = in.transferTo(OutputStream.nullOutputStream());
      return SifArtifact.layer(Digest.of(Digest.Algorithm.SHA256, hash.digest()), size);
    }
  }

  private ProblemException problem(String why, String fix) {
    return new ProblemException(
        new Problem("cannot push '%s'".formatted(image), why, fix), ExitCode.PROBLEM);
  }
}
