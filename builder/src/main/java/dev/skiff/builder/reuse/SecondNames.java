package dev.skiff.builder.reuse;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Hard links to SIF files, so that one that is removed, moved or replaced is still there to be
/// taken from. They cost nothing as long as the file has its own name. On another file system than
/// the cache there are none.
///
/// @param cache whose own files need none
/// @param directory in it
record SecondNames(Path cache, Path directory) {

  /// Of files that have no other name any more.
  private static final int MOST_LEFT = 4;

  /// Gives a file a second name, which another one may have had.
  void give(String name, Path file) {
    try {
      Path made =
          Files.createDirectories(
              directory,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      remove(name);
      Path _ = Files.createLink(made.resolve(name), file);
    } catch (IOException | UnsupportedOperationException e) {
      // it is found under its own name, as long as that is there
    }
  }

  /// The file with a second name.
  Optional<Path> of(String name) {
    Path file = directory.resolve(name);
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(file)
        : Optional.empty();
  }

  void remove(String name) {
    try {
      boolean _ = Files.deleteIfExists(directory.resolve(name));
    } catch (IOException e) {
      // whoever cleans the cache finds it
    }
  }

  /// Keeps only names that are wanted, and of files without another name the few that lost it last.
  void keepOnly(Set<String> wanted) {
    List<Left> left = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (!wanted.contains(name)) {
          remove(name);
        } else if ((Integer) Files.getAttribute(file, "unix:nlink") == 1) {
          left.add(new Left(name, (FileTime) Files.getAttribute(file, "unix:ctime")));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // nothing was ever named, or somebody cleans just now
    }
    left.sort(Comparator.comparing(Left::since).reversed());
    left.stream().skip(MOST_LEFT).forEach(file -> remove(file.name()));
  }

  private record Left(String name, FileTime since) {}
}
