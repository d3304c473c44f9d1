package dev.skiff.builder.registry;

import dev.skiff.image.oci.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/// Blobs on disk under their digests, shared by all processes of a user. A blob is there whole or
/// not at all; what is still being downloaded lies beside it.
///
/// @param root the cache's directory
public record BlobCache(Path root) {

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

  /// A blob's file, if it is there.
  public Optional<Path> find(Digest digest) {
    Path file = directory(digest).resolve(digest.hex());
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
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

  /// A place to download a blob to; what an earlier, broken download left is in it. If another
  /// process is at it just now, it is a place of its own.
  Part part(Digest digest) throws IOException {
    Files.createDirectories(directory(digest));
    Path shared = directory(digest).resolve("." + digest.hex() + ".part");
    FileChannel channel = open(shared);
    if (isLocked(channel)) {
      return new Part(this, digest, shared, channel);
    }
    channel.close();
    Path own = Files.createTempFile(directory(digest), "." + digest.hex(), ".part");
    return new Part(this, digest, own, open(own));
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this process has it
    }
  }

  /// A blob that is being downloaded. Closing leaves what is there for the next attempt.
  record Part(BlobCache cache, Digest digest, Path file, FileChannel channel) implements Closeable {

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
    }
  }
}
