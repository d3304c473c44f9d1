package dev.skiff.builder.cache;

import dev.skiff.builder.registry.BlobCache;
import dev.skiff.builder.reuse.PrivateFiles;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.tree.FileStamp;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What names the content of files on this machine. Large files that were read before and have not
/// changed since are not read again.
public final class InputDigests {

  private static final int BUFFER_BYTES = 1 << 17;
  private static final long LARGE_BYTES = 8 << 20;
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int DEEPEST = 200;
  private static final int TYPE_AND_PERMISSIONS = 0177777;

  private final PrivateFiles known;

  private InputDigests(PrivateFiles known) {
    this.known = known;
  }

  /// Those of the user.
  public static InputDigests of(Map<String, String> environment) {
    Path directory = BlobCache.of(environment).root().resolve("steps").resolve("inputs");
    return new InputDigests(new PrivateFiles(directory, 4096, 1 << 20));
  }

  /// Of a file, or a directory with everything in it: names, permissions, times and bytes. Links
  /// are followed.
  ///
  /// @throws IOException if any of it cannot be read, or is neither file nor directory
  public Digest of(Path path) throws IOException {
    MessageDigest hash = Digest.Algorithm.SHA256.start();
    add(hash, path, "", 0);
    return Digest.of(Digest.Algorithm.SHA256, hash.digest());
  }

  private void add(MessageDigest hash, Path path, String name, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new FileSystemLoopException(path.toString());
    }
    int mode = (Integer) Files.getAttribute(path, "unix:mode") & TYPE_AND_PERMISSIONS;
    long seconds = Files.getLastModifiedTime(path).to(TimeUnit.SECONDS);
    if (Files.isDirectory(path)) {
      text(hash, "%s\0%o\0directory".formatted(name, mode));
      for (Path child : children(path)) {
        add(hash, child, name + "/" + child.getFileName(), depth + 1);
      }
    } else if (Files.isRegularFile(path)) {
      text(hash, "%s\0%o\0%d\0%s".formatted(name, mode, seconds, ofFile(path)));
    } else {
      throw new IOException(path + " is neither a file nor a directory");
    }
  }

  private static void text(MessageDigest hash, String text) {
    hash.update((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static List<Path> children(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    children.sort(null);
    return children;
  }

  /// Of one file's bytes.
  public Digest ofFile(Path file) throws IOException {
    Path real = file.toRealPath();
    FileStamp stamp = FileStamp.of(real);
    boolean large = stamp.sizeBytes() >= LARGE_BYTES;
    String name = Digest.sha256((real + "\0" + stamp).getBytes(StandardCharsets.UTF_8)).hex();
    if (large) {
      Optional<byte[]> before = known.read(name, 200);
      if (before.isPresent()) {
        try {
          return Digest.parse(new String(before.get(), StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
          known.remove(name);
        }
      }
    }
    Digest digest = read(real);
    boolean settled = nowNanos() - stamp.changedNanos() > SETTLED_NANOS;
    if (large && settled && stamp.equals(FileStamp.of(real))) {
      remember(name, digest);
    }
    return digest;
  }

  private static long nowNanos() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  private void remember(String name, Digest digest) {
    try {
      known.write(name, ByteBuffer.wrap(digest.toString().getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      // it is read again the next time
    }
  }

  static Digest read(Path file) throws IOException {
    MessageDigest hash = Digest.Algorithm.SHA256.start();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hash.update(buffer, 0, read);
      }
    }
    return Digest.of(Digest.Algorithm.SHA256, hash.digest());
  }
}
