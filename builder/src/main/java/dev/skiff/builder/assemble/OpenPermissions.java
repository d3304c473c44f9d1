package dev.skiff.builder.assemble;

import dev.skiff.builder.root.FileModes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Lets the owner of each file read and write it, and enter each directory: `--fix-perms`.
public final class OpenPermissions {

  private OpenPermissions() {}

  /// Changes a directory and everything below it; links stay as they are.
  public static void apply(Path directory) throws IOException {
    FileModes.set(directory, FileModes.of(directory) | 0700);
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          apply(child);
        } else if (Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
          int mode = FileModes.of(child);
          FileModes.set(child, mode | 0600 | ((mode & 0011) != 0 ? 0100 : 0));
        }
      }
    }
  }
}
