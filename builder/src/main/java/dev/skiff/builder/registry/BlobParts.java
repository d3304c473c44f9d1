package dev.skiff.builder.registry;

import dev.skiff.builder.store.Machine;
import dev.skiff.builder.store.WorkLock;
import dev.skiff.image.oci.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What there is of a blob that is not there whole. Each machine downloads to a file of its own:
/// where one does not see the locks of another, two may be at it, and would spoil one file.
///
/// @param directory of the blobs
record BlobParts(Path directory, Digest digest) {

  private static final String SUFFIX = ".part";

  /// Nobody writes any more to what was not written to for so long.
  private static final Duration ABANDONED = Duration.ofMinutes(2);

  private record Seen(Path file, long sizeBytes, Instant changed) {}

  /// The place of this machine, which the caller has locked.
  BlobPart ofThisMachine(WorkLock lock) throws IOException {
    Path own = ownFile();
    if (!Files.exists(own)) {
      adopt(own);
    }
    return new BlobPart(own, whole(), open(own), Optional.of(lock));
  }

  /// A place that nobody else knows of.
  BlobPart ofOneself() throws IOException {
    Path own = Files.createTempFile(directory, "." + digest.hex() + "-", SUFFIX);
    return new BlobPart(own, whole(), open(own), Optional.empty());
  }

  /// Goes on with what somebody else began. One machine renames it, the others do not find it.
  private void adopt(Path own) {
    Instant latest = Instant.now().minus(ABANDONED);
    Optional<Path> most =
        seen().stream()
            .filter(other -> other.changed().isBefore(latest))
            .max(Comparator.comparingLong(Seen::sizeBytes))
            .map(Seen::file);
    if (most.isPresent()) {
      try {
        Path _ = Files.move(most.get(), own, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        // it was another one's to go on with
      }
    }
  }

  /// How much of the blob somebody has downloaded.
  long mostBytes() {
    return seen().stream().mapToLong(Seen::sizeBytes).max().orElse(0);
  }

  private List<Seen> seen() {
    List<Seen> seen = new ArrayList<>();
    String names = "." + digest.hex() + "*" + SUFFIX;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, names)) {
      for (Path file : files) {
        look(file).ifPresent(seen::add);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return seen;
  }

  /// Opens it, as what is known of a closed file may be old.
  private static Optional<Seen> look(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      return Optional.of(new Seen(file, size, Files.getLastModifiedTime(file).toInstant()));
    } catch (IOException e) {
      return Optional.empty(); // it is whole meanwhile, or given up
    }
  }

  private Path ownFile() {
    return directory.resolve(".%s-%s%s".formatted(digest.hex(), Machine.name(), SUFFIX));
  }

  private Path whole() {
    return directory.resolve(digest.hex());
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }
}
