package dev.skiff.builder.registry;

import dev.skiff.builder.registry.RegistryFailure.Kind;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.archive.ImageContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sends one blob to a repository, unless it is there: taken over from another repository of the
/// registry, or sent in one go; what was cut goes on where the registry says it has got to.
///
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push">push</a>
final class BlobUpload {

  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");
  private static final long SLOWEST_BYTES_A_SECOND = 50_000;

  private final PushRequests requests;
  private final RetryPolicy policy;
  private final PullListener listener;

  BlobUpload(PushRequests requests, RetryPolicy policy, PullListener listener) {
    this.requests = requests;
    this.policy = policy;
    this.listener = listener;
  }

  /// What became of a blob.
  enum Outcome {
    WAS_THERE,
    MOUNTED,
    SENT
  }

  /// Whether the repository has it.
  boolean isThere(Descriptor blob) throws IOException {
    HttpResponse<InputStream> head =
        requests.patiently(
            PushRequests.Sent.bare("HEAD", requests.uri("blobs/" + blob.digest())), 200, 404, 405);
    head.body().close();
    return head.statusCode() == 200;
  }

  /// Tells that it will be sent.
  void announce(Descriptor blob) {
    listener.moved(blob.digest(), 0, blob.sizeBytes());
  }

  /// Begins an upload of nothing and calls it off: who may not, is told.
  void callOff() throws IOException {
    HttpResponse<InputStream> begun =
        requests.patiently(
            PushRequests.Sent.bare("POST", requests.uri("blobs/uploads/")), 201, 202);
    begun.body().close();
    HttpResponse<InputStream> ended =
        requests.once(PushRequests.Sent.bare("DELETE", location(begun)));
    ended.body().close(); // one that keeps it forgets it some day
  }

  /// Sees to it that the repository has a blob.
  ///
  /// @param from a repository of the same registry that may have it
  /// @param source opened only if it has to be sent
  Outcome send(Descriptor blob, Optional<String> from, ImageContent.Bytes source)
      throws IOException {
    if (isThere(blob)) {
      listener.moved(blob.digest(), blob.sizeBytes(), blob.sizeBytes());
      return Outcome.WAS_THERE;
    }
    Optional<URI> place = begin(blob, from);
    if (place.isEmpty()) {
      listener.moved(blob.digest(), blob.sizeBytes(), blob.sizeBytes());
      return Outcome.MOUNTED;
    }
    source.open().close(); // waits for a download here, and not in a thread of the connection
    URI end = bytes(blob, place.get(), source);
    String separator = end.getRawQuery() == null ? "?" : "&";
    URI finish =
        URI.create(end + separator + "digest=" + blob.digest().toString().replace(":", "%3A"));
    requests.patiently(PushRequests.Sent.bare("PUT", finish), 201, 204).body().close();
    return Outcome.SENT;
  }

  /// Where to send bytes to; nothing if the registry has taken it over.
  private Optional<URI> begin(Descriptor blob, Optional<String> from) throws IOException {
    String mount =
        from.map(other -> "?mount=%s&from=%s".formatted(blob.digest(), other)).orElse("");
    HttpResponse<InputStream> begun =
        requests.patiently(
            PushRequests.Sent.bare("POST", requests.uri("blobs/uploads/" + mount)), 201, 202);
    begun.body().close();
    return begun.statusCode() == 201 ? Optional.empty() : Optional.of(location(begun));
  }

  private URI location(HttpResponse<InputStream> response) throws RegistryFailure {
    String text = response.headers().firstValue("Location").orElse("");
    try {
      URI place = response.uri().resolve(text);
      boolean same = String.valueOf(place.getAuthority()).equals(requests.endpoint().host());
      boolean secure = "https".equals(place.getScheme());
      if (!text.isEmpty() && secure && place.getHost() != null) {
        return place;
      }
      if (!text.isEmpty() && same && "http".equals(place.getScheme())) {
        // a registry behind a proxy may not know that it is spoken to by https
        return requests.endpoint().isPlainHttp()
            ? place
            : URI.create("https" + place.toString().substring("http".length()));
      }
    } catch (IllegalArgumentException e) {
      // told below, as every other place that gets no bytes
    }
    throw new RegistryFailure(
        Kind.PROTOCOL,
        requests.endpoint().host(),
        "it names '%s' as the place to send to".formatted(RegistryHttp.clean(text, 200)));
  }

  private URI bytes(Descriptor blob, URI begun, ImageContent.Bytes source) throws IOException {
    URI place = begun;
    long done = 0;
    int failures = 0;
    while (true) {
      try {
        return piece(blob, place, source, done);
      } catch (RegistryFailure e) {
        failures++;
        if (!e.isPassing() || failures >= policy.attempts()) {
          throw e;
        }
        requests.pause(e, policy.pause(failures, Duration.ZERO));
        long before = done;
        Optional<Long> reached = reached(place);
        if (reached.isEmpty()) { // it has forgotten what it got
          place = begin(blob, Optional.empty()).orElse(place);
        }
        done = Math.min(reached.orElse(0L), blob.sizeBytes());
        failures = done > before ? 0 : failures;
      }
    }
  }

  private URI piece(Descriptor blob, URI place, ImageContent.Bytes source, long start)
      throws IOException {
    long left = blob.sizeBytes() - start;
    if (left == 0) {
      return place;
    }
    Map<String, String> headers =
        start == 0
            ? Map.of("Content-Type", "application/octet-stream")
            : Map.of(
                "Content-Type",
                "application/octet-stream",
                "Content-Range",
                "%d-%d".formatted(start, blob.sizeBytes() - 1));
    Duration longest = Duration.ofSeconds(300 + left / SLOWEST_BYTES_A_SECOND);
    HttpResponse<InputStream> answer =
        requests.once(
            new PushRequests.Sent(
                "PATCH", place, headers, () -> publisher(blob, source, start), longest));
    if (answer.statusCode() / 100 != 2) {
      throw RegistryHttp.failure(answer);
    }
    answer.body().close();
    return location(answer);
  }

  private BodyPublisher publisher(Descriptor blob, ImageContent.Bytes source, long start) {
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(() -> {
          try {
            InputStream in = source.open();
            in.skipNBytes(start);
            return new Counted(in, blob, start);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }),
        blob.sizeBytes() - start);
  }

  /// How many bytes the registry has; nothing if it does not know the upload any more.
  private Optional<Long> reached(URI place) throws IOException {
    HttpResponse<InputStream> status =
        requests.patiently(PushRequests.Sent.bare("GET", place), 204, 404, 400, 405);
    status.body().close();
    if (status.statusCode() != 204) {
      return Optional.empty();
    }
    Matcher matcher = RANGE.matcher(status.headers().firstValue("Range").orElse(""));
    if (!matcher.matches()) {
      return Optional.of(0L);
    }
    long last = Long.parseLong(matcher.group(1));
    return Optional.of(last == 0 ? 0 : last + 1); // an empty upload is 0-0 too
  }

  /// Tells how far the sending is.
  private final class Counted extends InputStream {

    private final InputStream in;
    private final Descriptor blob;
    private long done;

    Counted(InputStream in, Descriptor blob, long done) {
      this.in = in;
      this.blob = blob;
      this.done = done;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      if (count > 0) {
        done += count;
        listener.moved(blob.digest(), done, blob.sizeBytes());
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
