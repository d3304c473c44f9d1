package dev.skiff.builder.reuse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Files that only their owner reads and writes, each there whole or not at all. Those of anybody
/// else are not looked at; of one's own, those that were not used for longest go first.
///
/// @param mostFiles how many are kept
/// @param mostBytes how many bytes they have together
public record PrivateFiles(Path directory, int mostFiles, long mostBytes) {

  /// The whole of a file; nothing if there is none, or it is not to be used.
  ///
  /// @param mostFileBytes a larger file is not to be used
  public Optional<byte[]> read(String name, int mostFileBytes) {
    Path file = directory.resolve(name);
    try (FileChannel channel = open(file)) {
      if (channel.size() > mostFileBytes) {
        return Optional.empty();
      }
      byte[] bytes = start(channel, mostFileBytes);
      Path _ = Files.setLastModifiedTime(file, FileTime.from(Instant.now())); // it was of use
      return Optional.of(bytes);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// At most so many bytes from a file's start.
  public Optional<byte[]> readStart(String name, int mostStartBytes) {
    try (FileChannel channel = open(directory.resolve(name))) {
      return Optional.of(start(channel, mostStartBytes));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static byte[] start(FileChannel channel, int mostBytes) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), mostBytes));
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new IOException("the file became shorter");
      }
    }
    return bytes.array();
  }

  private static FileChannel open(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    if (!FileIdentity.of(file).isOnlyOurs()) {
      channel.close();
      throw new IOException("the file is not the caller's alone");
    }
    return channel;
  }

  /// The names of all files, the last used first.
  public List<String> names() {
    return found().stream().map(file -> file.path().getFileName().toString()).toList();
  }

  private record Found(Path path, long sizeBytes, long usedNanos) {}

  private List<Found> found() {
    List<Found> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        FileIdentity identity = FileIdentity.of(file);
        found.add(new Found(file, identity.sizeBytes(), identity.modifiedNanos()));
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    found.sort(Comparator.comparingLong(Found::usedNanos).reversed());
    return found;
  }

  /// Puts a file in the place of the one with that name, and removes what is too much.
  public void write(String name, ByteBuffer bytes) throws IOException {
    Path made =
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path part = Files.createTempFile(made, "." + name + "-", ".part"); // rw-------
    try {
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        while (bytes.hasRemaining()) {
          int _ = channel.write(bytes);
        }
      }
      Path _ = Files.move(part, made.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      boolean _ = Files.deleteIfExists(part);
    }
    prune();
  }

  private void prune() throws IOException {
    int files = 0;
    long bytes = 0;
    for (Found file : found()) {
      files++;
      bytes += file.sizeBytes();
      if (files > mostFiles || bytes > mostBytes) {
        boolean _ = Files.deleteIfExists(file.path());
      }
    }
  }

  /// Takes a file away, if that can be done.
  public void remove(String name) {
    try {
      boolean _ = Files.deleteIfExists(directory.resolve(name));
    } catch (IOException e) {
      // it is in nobody's way but its own: whoever reads it finds it damaged again
    }
  }
}
