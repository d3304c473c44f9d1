package dev.skiff.builder.registry;

import dev.skiff.builder.registry.RegistryFailure.Kind;
import dev.skiff.builder.store.FirstCopy;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Brings one blob into the cache: goes on where an earlier attempt ended, from whichever endpoint
/// has it, and keeps it only if size and digest are right.
final class BlobDownload {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int SHORTEST_POLL_MILLIS = 50;
  private static final int LONGEST_POLL_MILLIS = 400;

  private final RegistryRequests requests;
  private final BlobCache cache;
  private final RetryPolicy policy;
  private final PullListener listener;

  BlobDownload(
      RegistryRequests requests, BlobCache cache, RetryPolicy policy, PullListener listener) {
    this.requests = requests;
    this.cache = cache;
    this.policy = policy;
    this.listener = listener;
  }

  /// The blob's file.
  ///
  /// @param places asked in order until one has it
  Path fetch(List<? extends BlobPlace> places, Descriptor blob) throws IOException {
    Optional<Path> cached = cached(blob);
    if (cached.isPresent()) {
      return cached.get();
    }
    try (BlobPart part = awaitPart(blob)) {
      FirstCopy.lookAgain(cache.parts(blob.digest()).directory());
      cached = cached(blob); // what we waited for
      if (cached.isPresent()) {
        part.discard();
        return cached.get();
      }
      Progress progress = new Progress(part.channel(), blob);
      progress.resume();
      checkSpace(part.file(), blob, progress.done);
      try {
        download(places, progress);
      } catch (MalformedImageException e) {
        part.discard();
        throw e;
      }
      return part.finish();
    }
  }

  private Optional<Path> cached(Descriptor blob) throws IOException {
    Optional<Path> cached = cache.findSound(blob.digest());
    if (cached.isEmpty() || Files.size(cached.get()) != blob.sizeBytes()) {
      return Optional.empty();
    }
    listener.moved(blob.digest(), blob.sizeBytes(), blob.sizeBytes());
    return cached;
  }

  /// A place to download to, when no other process is at this blob: then it is there, most of the
  /// time. One that stands still is not waited for.
  private BlobPart awaitPart(Descriptor blob) throws IOException {
    BlobParts parts = cache.parts(blob.digest());
    long seen = 0;
    long since = System.nanoTime();
    int pause = SHORTEST_POLL_MILLIS;
    while (System.nanoTime() - since < policy.idle().multipliedBy(2).toNanos()) {
      Optional<BlobPart> part;
      try {
        part = cache.part(blob.digest());
      } catch (IOException e) {
        break; // a file system without locks
      }
      if (part.isPresent()) {
        return part.get();
      }
      pause(pause);
      pause = Math.min(pause * 2, LONGEST_POLL_MILLIS);
      long now = parts.mostBytes();
      if (now != seen) {
        seen = now;
        since = System.nanoTime();
        if (now > 0 && now < blob.sizeBytes()) {
          listener.moved(blob.digest(), now, blob.sizeBytes());
        }
      }
    }
    return parts.ofOneself();
  }

  private static void pause(int millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the pull was stopped", e);
    }
  }

  private static void checkSpace(Path file, Descriptor blob, long done) throws IOException {
    long usable = Files.getFileStore(file).getUsableSpace();
    if (usable < blob.sizeBytes() - done) {
      Files.deleteIfExists(file);
      throw RegistryProblems.noSpace(file, blob.sizeBytes() - done, usable);
    }
  }

  private void download(List<? extends BlobPlace> places, Progress progress) throws IOException {
    IOException last = null;
    for (BlobPlace place : places) {
      try {
        downloadSound(place, progress);
        return;
      } catch (MalformedImageException e) {
        progress.restart();
        if (!place.equals(places.getLast())) {
          listener.warned(RegistryProblems.passedOver(place.host(), e));
        }
        last = e;
      } catch (RegistryFailure e) {
        last = e;
      }
    }
    throw last == null
        ? new RegistryFailure(
            Kind.NOT_FOUND, progress.blob.digest().toString(), "there is no place to ask")
        : last;
  }

  /// From one place; once more where an earlier attempt, or another place, may have left something
  /// else.
  private void downloadSound(BlobPlace place, Progress progress) throws IOException {
    boolean resumed = progress.done > 0;
    download(place, progress);
    boolean right = progress.hashIsRight();
    if (!right && resumed) {
      progress.restart();
      download(place, progress);
      right = progress.hashIsRight();
    }
    if (!right) {
      throw new MalformedImageException(
          "blob " + progress.blob.digest(),
          -1,
          "digest",
          "the bytes that came have another digest");
    }
  }

  private void download(BlobPlace place, Progress progress) throws IOException {
    int failures = 0;
    while (progress.done < progress.blob.sizeBytes()) {
      long before = progress.done;
      String range = "bytes=%d-".formatted(progress.done);
      Map<String, String> headers = before == 0 ? Map.of() : Map.of("Range", range);
      Optional<RegistryFailure> cut = copy(place, place.get(headers), progress);
      failures = progress.done > before ? 0 : failures + 1;
      if (cut.isPresent()) {
        if (failures >= policy.attempts()) {
          throw cut.get();
        }
        requests.pause(cut.get(), policy.pause(Math.max(failures, 1), Duration.ZERO));
      }
    }
  }

  /// Takes what an answer holds; gives the failure if it ended early.
  private Optional<RegistryFailure> copy(
      BlobPlace place, HttpResponse<InputStream> response, Progress progress) throws IOException {
    try (InputStream body = new IdleLimitedStream(response.body(), policy.idle())) {
      if (!continues(response, progress.done)) {
        progress.restart();
      }
      if (response.statusCode() == 416) {
        return Optional.of(new RegistryFailure(Kind.PROTOCOL, place.host(), "it has no range"));
      }
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = read(body, buffer); count >= 0; count = read(body, buffer)) {
        progress.add(buffer, count);
      }
    } catch (CutException e) {
      return Optional.of(
          new RegistryFailure(Kind.UNREACHABLE, place.host(), String.valueOf(e.getMessage())));
    }
    return progress.done < progress.blob.sizeBytes()
        ? Optional.of(
            new RegistryFailure(
                Kind.PROTOCOL,
                place.host(),
                "it sent %d bytes of %d".formatted(progress.done, progress.blob.sizeBytes())))
        : Optional.empty();
  }

  /// Whether an answer goes on where the file ends.
  private static boolean continues(HttpResponse<InputStream> response, long done) {
    String start = "bytes %d-".formatted(done);
    return response.statusCode() == 206
        ? response.headers().firstValue("Content-Range").map(r -> r.startsWith(start)).orElse(false)
        : response.statusCode() == 200 && done == 0;
  }

  /// Tells what the network did from what the disk did.
  private static int read(InputStream body, byte[] buffer) throws CutException {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw new CutException(e);
    }
  }

  /// The connection ended within a body.
  private static final class CutException extends IOException {

    private static final long serialVersionUID = 1L;

    CutException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /// What of the blob is in the file.
  private final class Progress {

    private final FileChannel channel;
    private final Descriptor blob;
    private MessageDigest hash;
    private long done;

    Progress(FileChannel channel, Descriptor blob) {
      this.channel = channel;
      this.blob = blob;
      this.hash = blob.digest().algorithm().start();
    }

    /// Hashes what an earlier attempt left.
    void resume() throws IOException {
      if (channel.size() > blob.sizeBytes()) {
        restart();
        return;
      }
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (channel.read(buffer, done) > 0) {
        hash.update(buffer.array(), 0, buffer.position());
        done += buffer.position();
        buffer.clear();
      }
    }

    void restart() throws IOException {
      channel.truncate(0);
      hash = blob.digest().algorithm().start();
      done = 0;
    }

    void add(byte[] bytes, int count) throws IOException {
      if (count > blob.sizeBytes() - done) {
        channel.truncate(0);
        throw new MalformedImageException(
            "blob " + blob.digest(),
            done,
            "size",
            "more than the %d bytes of the manifest came".formatted(blob.sizeBytes()));
      }
      ByteBuffer left = ByteBuffer.wrap(bytes, 0, count);
      while (left.hasRemaining()) {
        done += channel.write(left, done);
      }
      hash.update(bytes, 0, count);
      listener.moved(blob.digest(), done, blob.sizeBytes());
    }

    /// Ends the hash.
    boolean hashIsRight() {
      return Digest.of(blob.digest().algorithm(), hash.digest()).equals(blob.digest());
    }
  }
}
