package dev.skiff.builder.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skiff.builder.registry.RegistryFailure.Kind;
import dev.skiff.builder.registry.RegistryHttp.Get;
import dev.skiff.builder.store.FirstCopy;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Files of servers that are no registries of container images, brought into the cache with the
/// same patience, the same care for secrets, and the same checks. To be closed.
public final class ServedFiles implements Closeable {

  private static final int LARGEST_ANSWER = 1 << 20;
  private static final int BUFFER_BYTES = 1 << 16;

  private final RegistryHttp http;
  private final RegistryRequests requests;
  private final BlobDownload download;
  private final BlobCache cache;
  private final RetryPolicy policy;
  private final PullListener listener;
  private final boolean offline;

  private ServedFiles(RegistryClient.Settings settings) {
    http = new RegistryHttp(settings.config().registries(), settings.environment());
    RegistryAuth none = new RegistryAuth(http, (_, _) -> Optional.empty());
    policy = settings.policy();
    listener = settings.listener();
    requests = new RegistryRequests(http, none, policy, listener);
    cache = settings.cache();
    download = new BlobDownload(requests, cache, policy, listener);
    offline = Offline.isAsked(settings.environment());
  }

  public static ServedFiles open(RegistryClient.Settings settings) {
    return new ServedFiles(settings);
  }

  /// Something to be asked for.
  ///
  /// @param name what a person asked for, for messages
  /// @param authorization shown to the host of the address alone
  public record Request(String name, URI address, Optional<Secret> authorization) {}

  /// The file that a name stood for when a server was asked last; only where nobody may be asked.
  ///
  /// @throws ProblemException if nobody may be asked, and it is not in the cache
  public Optional<Path> known(String name) throws IOException {
    if (!offline) {
      return Optional.empty();
    }
    Optional<Digest> last = new KnownTags(cache).find(name);
    Optional<Path> file = last.isPresent() ? cache.findSound(last.get()) : Optional.empty();
    if (file.isEmpty()) {
      throw RegistryProblems.refusedFile(
          name, new RegistryFailure(Kind.OFFLINE, name, Offline.WHY));
    }
    return file;
  }

  /// A small JSON answer.
  ///
  /// @throws ProblemException if it cannot be had
  public JsonNode describe(Request request) throws IOException {
    try {
      return RegistryHttp.json(get(request, Map.of()), LARGEST_ANSWER);
    } catch (RegistryFailure e) {
      throw RegistryProblems.refusedFile(request.name(), e);
    }
  }

  private HttpResponse<InputStream> get(Request request, Map<String, String> headers)
      throws IOException {
    return requests.patiently(
        () -> http.get(new Get(request.address(), headers, request.authorization())));
  }

  /// A file whose digest and size the server has said.
  ///
  /// @throws ProblemException if it cannot be had
  public Path fetch(Request request, Descriptor file) throws IOException {
    try {
      Path here = download.fetch(List.of(new Place(request)), file);
      new KnownTags(cache).put(request.name(), file.digest());
      return here;
    } catch (RegistryFailure e) {
      throw RegistryProblems.refusedFile(request.name(), e);
    } catch (MalformedImageException e) {
      throw RegistryProblems.unusable(request.name(), e);
    }
  }

  private final class Place implements BlobPlace {

    private final Request request;

    Place(Request request) {
      this.request = request;
    }

    @Override
    public String host() {
      return RegistryHttp.host(request.address());
    }

    @Override
    public HttpResponse<InputStream> get(Map<String, String> headers) throws IOException {
      return ServedFiles.this.get(request, headers);
    }
  }

  /// A file of which nobody says a SHA-256: it is fetched whole, and kept under the one it has.
  ///
  /// @param version what the server says of the file's content; the same again is not fetched again
  /// @param md5 of the file, in hexadecimal digits, where the server says it
  /// @throws ProblemException if it cannot be had
  public Path fetchUnnamed(Request request, String version, Optional<String> md5)
      throws IOException {
    Optional<Path> kept = keptVersion(request, version);
    if (kept.isPresent()) {
      return kept.get();
    }
    try {
      return keep(request, version, download(request, get(request, Map.of()), md5));
    } catch (RegistryFailure e) {
      throw RegistryProblems.refusedFile(request.name(), e);
    } catch (MalformedImageException e) {
      throw RegistryProblems.unusable(request.name(), e);
    }
  }

  /// The file at an address of which nobody says anything beforehand. The answer's entity tag, else
  /// its time and length, say whether it is the one that is kept.
  ///
  /// @throws ProblemException if it cannot be had
  /// @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8">RFC 9110, 8.8</a>
  public Path fetchAddressed(Request request) throws IOException {
    try {
      HttpResponse<InputStream> answer = get(request, Map.of());
      String version = version(answer.headers());
      Optional<Path> kept = version.isEmpty() ? Optional.empty() : keptVersion(request, version);
      if (kept.isPresent()) {
        answer.body().close();
        return kept.get();
      }
      return keep(request, version, download(request, answer, Optional.empty()));
    } catch (RegistryFailure e) {
      throw RegistryProblems.refusedFile(request.name(), e);
    }
  }

  private static String version(HttpHeaders headers) {
    Optional<String> time = headers.firstValue("last-modified");
    Optional<String> length = headers.firstValue("content-length");
    return headers
        .firstValue("etag")
        .or(() -> time.flatMap(at -> length.map(bytes -> at + " " + bytes)))
        .orElse("");
  }

  private Optional<Path> keptVersion(Request request, String version) throws IOException {
    Optional<Digest> before = new KnownTags(cache).find(content(request, version));
    return before.isPresent() ? cache.findSound(before.get()) : Optional.empty();
  }

  private Path keep(Request request, String version, Digest digest) throws IOException {
    KnownTags tags = new KnownTags(cache);
    tags.put(content(request, version), digest);
    tags.put(request.name(), digest);
    return cache.find(digest).orElseThrow(() -> new IOException("it was just there: " + digest));
  }

  private static String content(Request request, String version) {
    return request.name() + " " + version;
  }

  private Digest download(Request request, HttpResponse<InputStream> answer, Optional<String> md5)
      throws IOException {
    Path directory = Files.createDirectories(cache.root().resolve("blobs").resolve("sha256"));
    Path part = Files.createTempFile(directory, ".served-", ".part");
    try {
      MessageDigest sha256 = Digest.Algorithm.SHA256.start();
      MessageDigest sum = md5();
      long total = answer.headers().firstValueAsLong("content-length").orElse(-1);
      long most = Math.min(total < 0 ? Long.MAX_VALUE : total, room(part));
      long done = 0;
      try (InputStream in = new IdleLimitedStream(answer.body(), policy.idle());
          OutputStream out = Files.newOutputStream(part)) {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          done += count;
          if (done > most) {
            throw RegistryProblems.noSpace(part, done, most);
          }
          sha256.update(buffer, 0, count);
          sum.update(buffer, 0, count);
          out.write(buffer, 0, count);
          listener.moved(
              Digest.sha256(request.name().getBytes(StandardCharsets.UTF_8)),
              done,
              Math.max(total, done));
        }
      }
      check(request, md5, sum, total, done);
      Digest digest = Digest.of(Digest.Algorithm.SHA256, sha256.digest());
      Path _ = FirstCopy.settle(part, directory.resolve(digest.hex()));
      return digest;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void check(
      Request request, Optional<String> md5, MessageDigest sum, long total, long done)
      throws IOException {
    if (total >= 0 && done < total) {
      throw new RegistryFailure(
          Kind.UNREACHABLE,
          RegistryHttp.host(request.address()),
          "it sent %d bytes of %d".formatted(done, total));
    }
    String found = HexFormat.of().formatHex(sum.digest());
    if (md5.isPresent() && !md5.get().equalsIgnoreCase(found)) {
      throw new MalformedImageException(
          request.name(), -1, "MD5", "the bytes that came have %s".formatted(found));
    }
  }

  private static long room(Path file) throws IOException {
    return Files.getFileStore(file).getUsableSpace();
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
