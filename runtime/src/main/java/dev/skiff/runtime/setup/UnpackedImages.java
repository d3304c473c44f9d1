package dev.skiff.runtime.setup;

import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import dev.skiff.runtime.host.HostProbe;
import dev.skiff.runtime.plan.SetupStep;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;

/// Where neither a loop device nor FUSE can be had: the image's files on a local disk, unpacked at
/// the first start and found there by all later ones, and by the other processes of a job step.
public final class UnpackedImages {

  private final Path cache;

  UnpackedImages(Path cache) {
    this.cache = cache;
  }

  /// In the directory for temporary files, which batch systems keep on a local disk.
  static UnpackedImages ofCaller() {
    return new UnpackedImages(directoryOfCaller());
  }

  /// Where the caller's unpacked images are on this machine, if there are any. Beside each is a
  /// lock file, `NAME.lock`, whose time tells when it was used last.
  public static Path directoryOfCaller() {
    String named = System.getenv("TMPDIR");
    Path temporary = Path.of(named == null || named.isEmpty() ? "/tmp" : named);
    long caller = HostProbe.of(Path.of("/")).caller(Map.of()).uid();
    return temporary.resolve("skiff-unpacked-" + caller);
  }

  /// The directory with the partition's files; made if it is not there.
  Path directoryOf(SetupStep.MountImage step) throws IOException {
    makeCache();
    Path ready = cache.resolve(name(step));
    Path lockFile = cache.resolve(ready.getFileName() + ".lock");
    if (isUsed(lockFile) && Files.isDirectory(ready, LinkOption.NOFOLLOW_LINKS)) {
      return ready;
    }
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      if (!Files.isDirectory(ready, LinkOption.NOFOLLOW_LINKS)) {
        unpack(step, ready);
      }
    }
    return ready;
  }

  /// Tells whoever cleans up, before looking whether the directory is there.
  private static boolean isUsed(Path lockFile) {
    try {
      Path _ = Files.setLastModifiedTime(lockFile, FileTime.fromMillis(System.currentTimeMillis()));
      return true;
    } catch (IOException e) {
      return false; // it was never unpacked
    }
  }

  private void makeCache() throws IOException {
    try {
      Files.createDirectory(
          cache,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      // it is there, perhaps since a moment: many ranks start at once
    }
    Object owner = Files.getAttribute(cache, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (!owner.equals(self)) { // somebody else could put files into the container
      throw new IOException("'" + cache + "' belongs to somebody else");
    }
  }

  private static void unpack(SetupStep.MountImage step, Path ready) throws IOException {
    Path unfinished = ready.resolveSibling(ready.getFileName() + ".unfinished");
    deleteTree(unfinished); // of a start that was cut short: we hold the lock
    try (SquashfsReader reader =
        SquashfsReader.open(step.image(), step.offsetBytes(), step.sizeBytes())) {
      var _ = reader.extract(unfinished, Ownership.CALLER);
    }
    Files.move(unfinished, ready, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void deleteTree(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /// Another file, or the same one after a change, has another name.
  private static String name(SetupStep.MountImage step) throws IOException {
    Path image = step.image();
    long modified = Files.getLastModifiedTime(image).toMillis();
    String key =
        Files.getAttribute(image, "unix:dev") + " " + Files.getAttribute(image, "unix:ino");
    HexFormat hex = HexFormat.of();
    return key.replace(' ', '-')
        + "-"
        + hex.toHexDigits(modified)
        + "-"
        + hex.toHexDigits(Files.size(image))
        + "-"
        + step.offsetBytes();
  }
}
