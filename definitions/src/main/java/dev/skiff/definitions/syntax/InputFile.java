package dev.skiff.definitions.syntax;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A file of text that a person named on the command line.
public final class InputFile {

  /// More than any definition or list of arguments needs.
  public static final int LIMIT_BYTES = 16 << 20;

  private InputFile() {}

  /// The file's bytes, but at most one more than `LIMIT_BYTES`.
  ///
  /// @param role what the file is for, as in `definition file`
  /// @throws ProblemException if the file cannot be read
  public static byte[] read(Path path, String role) {
    try {
      if (Files.isDirectory(path)) {
        throw unreadable(path, role, "it is a directory");
      }
      try (InputStream in = Files.newInputStream(path)) {
        return in.readNBytes(LIMIT_BYTES + 1);
      }
    } catch (NoSuchFileException _) {
      throw unreadable(path, role, "no such file or directory");
    } catch (AccessDeniedException _) {
      throw unreadable(path, role, "permission denied");
    } catch (IOException e) {
      String reason = e.getMessage();
      throw unreadable(path, role, reason == null ? e.getClass().getSimpleName() : reason);
    }
  }

  private static ProblemException unreadable(Path path, String role, String reason) {
    return new ProblemException(
        new Problem(
            "cannot read the " + role + " '" + path + "'",
            reason,
            "give the path of a text file that you may read: ls -l '" + path + "'"));
  }
}
