package dev.skiff.builder.registry;

import dev.skiff.builder.store.FirstCopy;
import dev.skiff.builder.store.UseMark;
import dev.skiff.builder.store.WorkLock;
import dev.skiff.image.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
    String home = environment.getOrDefault("HOME", "");
    String known = home.isEmpty() ? System.getProperty("user.home") : home;
    return new BlobCache(Path.of(known, ".cache", "skiff").toAbsolutePath());
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
      Path _ = FirstCopy.settle(part, directory(digest).resolve(digest.hex()));
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /// A place to download a blob to that no other process has; what an earlier, broken download left
  /// is in it. Empty as long as somebody else downloads it.
  ///
  /// @throws IOException also where the file system has no locks
  Optional<BlobPart> part(Digest digest) throws IOException {
    Optional<WorkLock> lock = WorkLock.tryTake(root, "blob", digest);
    if (lock.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parts(digest).ofThisMachine(lock.get()));
    } catch (IOException e) {
      lock.get().close();
      throw e;
    }
  }

  /// What there is of a blob that is not there whole.
  BlobParts parts(Digest digest) throws IOException {
    return new BlobParts(Files.createDirectories(directory(digest)), digest);
  }
}
