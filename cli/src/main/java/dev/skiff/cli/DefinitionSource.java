package dev.skiff.cli;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The bytes of a file that a person wrote, bounded.
final class DefinitionSource {

  /// 16 MiB: nobody writes more by hand.
  private static final int MOST_BYTES = 16 << 20;

  private DefinitionSource() {}

  static byte[] bytes(String file) {
    Path path = Path.of(file);
    if (Files.isDirectory(path)) {
      throw unreadable(file, "it is a directory");
    }
    try (var in = Files.newInputStream(path)) {
      return in.readNBytes(MOST_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file");
    } catch (AccessDeniedException e) {
      throw unreadable(file, "you may not read it");
    } catch (IOException e) {
      throw unreadable(file, String.valueOf(e.getMessage()));
    }
  }

  private static ProblemException unreadable(String file, String why) {
    return new ProblemException(
        new Problem("cannot read '%s'".formatted(file), why, "give the path of a definition file"));
  }
}
