package dev.skiff.builder.registry;

import dev.skiff.builder.registry.RegistryFailure.Kind;
import dev.skiff.builder.registry.RegistryRequests.Wanted;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.DigestCheckedStream;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.Manifest;
import dev.skiff.image.oci.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/// An image in a registry. What a registry or the network refuses is told as a problem, what breaks
/// the format as every source tells it.
public final class RegistryImage implements ImageSource {

  private final RegistryClient client;
  private final ImageReference reference;
  private final Map<Digest, Future<Path>> blobs = new ConcurrentHashMap<>();
  private volatile List<RegistryEndpoint> endpoints;

  RegistryImage(RegistryClient client, ImageReference reference, List<RegistryEndpoint> endpoints) {
    this.client = client;
    this.reference = reference;
    this.endpoints = List.copyOf(endpoints);
  }

  /// The name that was asked for, whichever mirror it came from.
  public ImageReference reference() {
    return reference;
  }

  @Override
  public String name() {
    return reference.toString();
  }

  @Override
  public Optional<ImageReference> registryName() {
    return Optional.of(reference);
  }

  /// @throws ProblemException if no place has it, or none answers
  @Override
  public Manifest root() throws IOException {
    if (reference.digest().isPresent()) {
      return manifest(reference.manifestName(), reference.digest(), Optional.empty());
    }
    if (client.isOffline()) {
      Optional<Digest> last = client.tags().find(reference.toString());
      if (last.isEmpty() || client.cache().find(last.get()).isEmpty()) {
        throw RegistryProblems.notKnown(reference);
      }
      return manifest(last.get().toString(), last, Optional.empty());
    }
    Manifest asked = manifest(reference.manifestName(), Optional.empty(), Optional.empty());
    client.tags().put(reference.toString(), asked.digest());
    return asked;
  }

  @Override
  public Manifest manifest(Descriptor descriptor) throws IOException {
    Digest digest = descriptor.digest();
    return manifest(digest.toString(), Optional.of(digest), Optional.of(descriptor.mediaType()));
  }

  private Manifest manifest(String which, Optional<Digest> digest, Optional<String> mediaType)
      throws IOException {
    String name = "manifest " + which + " of " + reference;
    Optional<Path> cached =
        digest.isPresent() ? client.cache().findSound(digest.get()) : Optional.empty();
    if (cached.isPresent()) {
      try (InputStream in = Files.newInputStream(cached.get())) {
        byte[] bytes = in.readNBytes(Manifest.LARGEST_BYTES + 1);
        checkDigest(name, digest, bytes);
        return needed(Manifest.parse(name, bytes, mediaType));
      }
    }
    List<RegistryFailure> failures = new ArrayList<>();
    for (RegistryEndpoint endpoint : endpoints) {
      try {
        Manifest manifest = manifest(endpoint, name, which, digest);
        prefer(endpoint);
        return needed(manifest);
      } catch (RegistryFailure e) {
        failures.add(e);
      } catch (MalformedImageException e) {
        if (endpoint.equals(endpoints.getLast())) {
          throw e;
        }
        client.listener().warned(RegistryProblems.passedOver(endpoint.host(), e));
      }
    }
    throw RegistryProblems.refused(reference, failures);
  }

  /// Says that what is in the cache of an image is about to be needed, though perhaps much later: a
  /// lease saves only what was of use since it began.
  private Manifest needed(Manifest manifest) {
    if (manifest instanceof Manifest.ImageManifest image) {
      Optional<Path> _ = client.cache().find(image.config().digest());
      image
          .layers()
          .forEach(layer -> {
            Optional<Path> _ = client.cache().find(layer.digest());
          });
    }
    return manifest;
  }

  private Manifest manifest(
      RegistryEndpoint endpoint, String name, String which, Optional<Digest> digest)
      throws IOException {
    Wanted wanted =
        new Wanted(
            reference.repository(),
            "manifests/" + which,
            Map.of("Accept", String.join(", ", MediaTypes.MANIFESTS)));
    HttpResponse<InputStream> response = client.requests().get(endpoint, wanted);
    byte[] bytes = body(endpoint, response);
    checkDigest(name, digest, bytes);
    Optional<String> type =
        response.headers().firstValue("Content-Type").map(t -> t.replaceFirst(";.*", "").strip());
    Manifest manifest = Manifest.parse(name, bytes, type);
    if (client.cache().find(manifest.digest()).isEmpty()) {
      client.cache().put(manifest.digest(), bytes);
    }
    return manifest;
  }

  private static byte[] body(RegistryEndpoint endpoint, HttpResponse<InputStream> response)
      throws RegistryFailure {
    try (InputStream in = response.body()) {
      return in.readNBytes(Manifest.LARGEST_BYTES + 1);
    } catch (IOException e) {
      throw new RegistryFailure(
          Kind.UNREACHABLE, endpoint.host(), "the connection was cut within the manifest");
    }
  }

  private static void checkDigest(String name, Optional<Digest> wanted, byte[] bytes)
      throws MalformedImageException {
    if (wanted.isPresent()) {
      Digest.Algorithm algorithm = wanted.get().algorithm();
      Digest found = Digest.of(algorithm, algorithm.start().digest(bytes));
      if (!found.equals(wanted.get())) {
        throw new MalformedImageException(
            name, -1, "digest", "the bytes have digest %s".formatted(found));
      }
    }
  }

  /// Blobs are asked for first where the manifest was.
  private void prefer(RegistryEndpoint endpoint) {
    List<RegistryEndpoint> reordered = new ArrayList<>(endpoints);
    reordered.remove(endpoint);
    reordered.addFirst(endpoint);
    endpoints = List.copyOf(reordered);
  }

  @Override
  public void announce(List<Descriptor> wanted) {
    wanted.forEach(blob -> client.listener().moved(blob.digest(), 0, blob.sizeBytes()));
    for (Descriptor blob : wanted) {
      var _ = download(blob); // its failure is told when the blob is asked for
    }
  }

  private Future<Path> download(Descriptor blob) {
    return blobs.computeIfAbsent(
        blob.digest(),
        _ -> client.downloads().submit(() -> client.download().fetch(places(blob), blob)));
  }

  /// A repository's blob, as one of its registry's endpoints has it.
  private record Place(
      RegistryRequests requests, RegistryEndpoint endpoint, String repository, Digest blob)
      implements BlobPlace {

    @Override
    public String host() {
      return endpoint.host();
    }

    @Override
    public HttpResponse<InputStream> get(Map<String, String> headers) throws IOException {
      return requests.get(endpoint, new Wanted(repository, "blobs/" + blob, headers));
    }
  }

  private List<Place> places(Descriptor blob) {
    return endpoints.stream()
        .map(endpoint ->
            new Place(client.requests(), endpoint, reference.repository(), blob.digest()))
        .toList();
  }

  /// @throws ProblemException if no place has it, or the way to it fails
  @Override
  public InputStream blob(Descriptor descriptor) throws IOException {
    Path file = await(download(descriptor));
    String name = "blob " + descriptor.digest();
    if (Files.size(file) != descriptor.sizeBytes()) {
      throw new MalformedImageException(name, -1, "size", "the manifest says two different sizes");
    }
    InputStream in = Files.newInputStream(file);
    // Of layers the uncompressed bytes are checked; hashing the others again costs too much.
    return descriptor.sizeBytes() <= ImageConfig.LARGEST_BYTES
        ? new DigestCheckedStream(in, name, "digest", descriptor.digest())
        : in;
  }

  /// A blob's file in the cache, fetched if it is not there; not to be changed.
  ///
  /// @throws ProblemException if no place has it, or the way to it fails
  public Path file(Descriptor descriptor) throws IOException {
    return await(download(descriptor));
  }

  private Path await(Future<Path> download) throws IOException {
    try {
      return download.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the pull was stopped", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RegistryFailure failure -> throw RegistryProblems.refused(reference, List.of(failure));
        case MalformedImageException malformed -> throw malformed;
        case ProblemException problem -> throw problem;
        case IOException failed -> throw RegistryProblems.unusable(name(), failed);
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /// Ends what is still being downloaded.
  @Override
  public void close() {
    blobs.values().forEach(download -> download.cancel(true));
  }
}
