package dev.skiff.builder.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A file beside an image that containers are started from: its time says when that was last, and
/// whoever serves the image to a container holds a `flock` on it. The image's own times stay, by
/// which others know that it is the same.
public final class UseMark {

  /// What is put behind the image's name; the server of a container looks for it.
  public static final String SUFFIX = ".used";

  private UseMark() {}

  static Path of(Path image) {
    return image.resolveSibling(image.getFileName() + SUFFIX);
  }

  /// Notes that an image, whose bytes are right, is about to be used; if there is none, nothing.
  ///
  /// @param environment of whoever is about to use it
  public static void put(Path image, Map<String, String> environment) {
    try {
      String identity = identity(image);
      MachineNote.put(image, environment);
      if (isSound(image)) {
        Path _ = Files.setLastModifiedTime(of(image), FileTime.from(Instant.now()));
        return;
      }
      Path part = Files.createTempFile(image.getParent(), ".", SUFFIX);
      try {
        Path _ = Files.writeString(part, identity);
        Path _ = Files.move(part, of(image), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        boolean _ = Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      // of a cache that cannot be written to nothing is removed either
    }
  }

  /// Whether a file was checked before, and is the same by its size, time and inode.
  public static boolean isSound(Path file) {
    try {
      return Files.readString(of(file), StandardCharsets.US_ASCII).equals(identity(file));
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether a file was written to since it was marked: it has another size, or was changed in
  /// another second. Machines may see different inodes, and not every one sees parts of seconds.
  public static boolean isChanged(Path file) {
    try {
      String[] noted = Files.readString(of(file), StandardCharsets.US_ASCII).split(" ", -1);
      String[] found = identity(file).split(" ", -1);
      return noted.length != found.length
          || !noted[0].equals(found[0])
          || seconds(noted[1]) != seconds(found[1]);
    } catch (NumberFormatException e) {
      return true;
    } catch (IOException e) {
      return false; // one of them is not there
    }
  }

  private static long seconds(String nanos) {
    return TimeUnit.NANOSECONDS.toSeconds(Long.parseLong(nanos));
  }

  private static String identity(Path file) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(file, "unix:size,lastModifiedTime,ino", LinkOption.NOFOLLOW_LINKS);
    long nanos =
        found.get("lastModifiedTime") instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : 0;
    return "%s %s %s".formatted(found.get("size"), nanos, found.get("ino"));
  }
}
