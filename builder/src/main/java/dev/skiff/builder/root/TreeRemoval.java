package dev.skiff.builder.root;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Removes directories with everything in them; links are removed, never followed.
public final class TreeRemoval {

  private TreeRemoval() {}

  /// Removes a file or a directory tree, if it is there.
  ///
  /// @throws IOException the first failure, after everything else that could be removed was
  public static void remove(Path path) throws IOException {
    List<IOException> failures = new ArrayList<>();
    remove(path, failures);
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  private static void remove(Path path, List<IOException> failures) {
    try {
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        removeContents(path, failures);
      }
      Files.delete(path);
    } catch (NoSuchFileException e) {
      return; // what is not there needs no removal
    } catch (IOException e) {
      failures.add(e);
    }
  }

  private static void removeContents(Path directory, List<IOException> failures)
      throws IOException {
    if (!Files.isReadable(directory) || !Files.isWritable(directory)) {
      FileModes.set(directory, 0700);
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        remove(child, failures);
      }
    }
  }
}
