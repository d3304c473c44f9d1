package dev.skiff.builder.registry;

import dev.skiff.builder.store.ProcessLock;
import dev.skiff.builder.store.UseMark;
import dev.skiff.image.oci.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Blobs on disk under their digests, shared by all processes of a user. A blob is there whole or
/// not at all; what is still being downloaded lies beside it.
///
/// @param root the cache's directory
public record BlobCache(Path root) {

  private static final int BUFFER_BYTES = 1 << 17;

  /// The user's cache: `$SKIFF_CACHEDIR`, else `$XDG_CACHE_HOME/skiff`, else `~/.cache/skiff`.
  ///
  /// @param environment the process' environment
  public static BlobCache of(Map<String, String> environment) {
    String own = environment.getOrDefault("SKIFF_CACHEDIR", "");
    if (!own.isEmpty()) {
      return new BlobCache(Path.of(own).toAbsolutePath());
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (xdg.startsWith("/")) { // the XDG rule: relative ones are ignored
      return new BlobCache(Path.of(xdg, "skiff"));
    }
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    return new BlobCache(Path.of(home, ".cache", "skiff"));
  }

  private Path directory(Digest digest) {
    return root.resolve("blobs").resolve(digest.algorithmName());
  }

  /// A blob's file, if it is there; its bytes are not looked at.
  public Optional<Path> find(Digest digest) {
    Path file = directory(digest).resolve(digest.hex());
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try { // its time of change stays: it is the same file
      Files.getFileAttributeView(file, BasicFileAttributeView.class)
          .setTimes(null, FileTime.from(Instant.now()), null);
    } catch (IOException e) {
      // somebody else's cache: they see to what is of use
    }
    return Optional.of(file);
  }

  /// A blob's file, if it is there and has its digest. One that is damaged is removed.
  Optional<Path> findSound(Digest digest) throws IOException {
    Optional<Path> found = find(digest);
    if (found.isEmpty() || UseMark.isSound(found.get())) {
      return found;
    }
    MessageDigest hash = digest.algorithm().start();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(found.get())) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hash.update(buffer, 0, count);
      }
    } catch (IOException e) {
      remove(digest); // a bad block of the disk
      return Optional.empty();
    }
    if (Digest.of(digest.algorithm(), hash.digest()).equals(digest)) {
      return found;
    }
    remove(digest);
    return Optional.empty();
  }

  /// Takes a damaged blob away.
  void remove(Digest digest) throws IOException {
    boolean _ = Files.deleteIfExists(directory(digest).resolve(digest.hex()));
  }

  /// Keeps bytes whose digest the caller has checked.
  void put(Digest digest, byte[] bytes) throws IOException {
    Files.createDirectories(directory(digest));
    Path part = Files.createTempFile(directory(digest), "." + digest.hex().substring(0, 12), "");
    try {
      Files.write(part, bytes);
      Files.move(part, directory(digest).resolve(digest.hex()), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /// A place to download a blob to that no other process has; what an earlier, broken download left
  /// is in it. Empty as long as somebody else downloads it.
  ///
  /// @throws IOException also where the file system has no locks
  Optional<Part> part(Digest digest) throws IOException {
    Optional<ProcessLock> lock = ProcessLock.tryTake(ProcessLock.fileOf(root, "blob", digest));
    if (lock.isEmpty()) {
      return Optional.empty();
    }
    try {
      Files.createDirectories(directory(digest));
      Path file = partFile(digest);
      return Optional.of(new Part(this, digest, file, open(file), lock));
    } catch (IOException e) {
      lock.get().close();
      throw e;
    }
  }

  /// How much of a blob somebody else has downloaded.
  long partBytes(Digest digest) {
    return partFile(digest).toFile().length();
  }

  private Path partFile(Digest digest) {
    return directory(digest).resolve("." + digest.hex() + ".part");
  }

  /// A place that nobody else knows of.
  Part ownPart(Digest digest) throws IOException {
    Files.createDirectories(directory(digest));
    Path own = Files.createTempFile(directory(digest), "." + digest.hex(), ".part");
    return new Part(this, digest, own, open(own), Optional.empty());
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /// A blob that is being downloaded. Closing leaves what is there for the next attempt.
  ///
  /// @param lock held as long as it is open; empty for a place of one's own
  record Part(
      BlobCache cache, Digest digest, Path file, FileChannel channel, Optional<ProcessLock> lock)
      implements Closeable {

    /// Makes it the blob, after the caller has checked its digest.
    Path finish() throws IOException {
      Path whole = cache.directory(digest).resolve(digest.hex());
      channel.force(false);
      Files.move(file, whole, StandardCopyOption.ATOMIC_MOVE);
      return whole;
    }

    @Override
    public void close() throws IOException {
      channel.close();
      if (lock.isPresent()) {
        lock.get().close();
      } else {
        boolean _ = Files.deleteIfExists(file);
      }
    }
  }
}
