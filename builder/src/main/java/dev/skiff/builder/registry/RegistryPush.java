package dev.skiff.builder.registry;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.archive.ImageContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Sends an image to a registry: its blobs, several at once, then the manifest that names them. So
/// what is there is whole, or not there under its name.
public final class RegistryPush {

  private final ImageReference reference;
  private final PushRequests requests;
  private final BlobUpload upload;
  private final ExecutorService threads;

  RegistryPush(
      ImageReference reference, PushRequests requests, BlobUpload upload, ExecutorService threads) {
    this.reference = reference;
    this.requests = requests;
    this.upload = upload;
    this.threads = threads;
  }

  /// A blob to be sent.
  ///
  /// @param from a repository of the same registry that may have it
  /// @param bytes opened only if the registry needs them, and anew whenever sending was cut
  public record Blob(Descriptor descriptor, Optional<String> from, ImageContent.Bytes bytes) {}

  /// What was sent.
  ///
  /// @param digest of the manifest
  /// @param sent blobs whose bytes went over the network
  /// @param sentBytes how many those were
  /// @param there blobs that the registry had
  public record Result(Digest digest, int sent, long sentBytes, int there) {}

  /// Makes sure that the registry would take an image under this name: it is asked for an upload,
  /// which is then called off. To be done before an hour of work, not after it.
  ///
  /// @throws ProblemException if it would not, or cannot be asked
  public void requireAllowed() {
    try {
      upload.callOff();
    } catch (RegistryFailure e) {
      throw RegistryProblems.notPushed(reference, e);
    } catch (IOException e) {
      throw RegistryProblems.notSent(reference, e);
    }
  }

  /// Sends an image: of its blobs those that the registry does not have.
  ///
  /// @throws ProblemException if the registry refuses, or the way to it fails
  public Result push(ImageContent image) {
    List<Blob> blobs = new ArrayList<>();
    Set<Digest> named = new HashSet<>();
    for (ImageContent.Layer layer : image.layers()) {
      if (named.add(layer.descriptor().digest())) {
        blobs.add(new Blob(layer.descriptor(), here(layer.from()), layer.bytes()));
      }
    }
    byte[] config = image.config().bytes();
    blobs.add(
        new Blob(
            image.config().descriptor(),
            here(image.from()),
            () -> new ByteArrayInputStream(config)));
    return push(blobs, image.manifest().descriptor().mediaType(), image.manifest().bytes());
  }

  /// The repository of an image, if this registry has it.
  private Optional<String> here(Optional<ImageReference> image) {
    return image
        .filter(other -> other.registry().equals(reference.registry()))
        .map(ImageReference::repository);
  }

  /// Sends everything.
  ///
  /// @param manifest exactly these bytes
  /// @throws ProblemException if the registry refuses, or the way to it fails
  public Result push(List<Blob> blobs, String mediaType, byte[] manifest) {
    try {
      blobs.forEach(blob -> upload.announce(blob.descriptor));
      List<Future<BlobUpload.Outcome>> sending = new ArrayList<>();
      for (Blob blob : blobs) {
        sending.add(threads.submit(() -> upload.send(blob.descriptor, blob.from, blob.bytes)));
      }
      int sent = 0;
      long bytes = 0;
      for (int i = 0; i < sending.size(); i++) {
        if (await(sending.get(i)) == BlobUpload.Outcome.SENT) {
          sent++;
          bytes += blobs.get(i).descriptor.sizeBytes();
        }
      }
      requests
          .patiently(
              PushRequests.Sent.of(
                  "PUT",
                  requests.uri("manifests/" + reference.manifestName()),
                  mediaType,
                  manifest),
              201,
              200)
          .body()
          .close();
      return new Result(Digest.sha256(manifest), sent, bytes, blobs.size() - sent);
    } catch (RegistryFailure e) {
      throw RegistryProblems.notPushed(reference, e);
    } catch (IOException e) {
      throw RegistryProblems.notSent(reference, e);
    }
  }

  private static BlobUpload.Outcome await(Future<BlobUpload.Outcome> sending) throws IOException {
    try {
      return sending.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the push was stopped", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failed -> throw failed;
        case ProblemException problem -> throw problem;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }
}
