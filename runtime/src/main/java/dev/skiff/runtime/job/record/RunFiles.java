package dev.skiff.runtime.job.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The files that one run leaves in the record of its job: of a task of an array with `-N` behind
/// their names. They are written on the node, by a shell; nothing in them is believed unread.
///
/// @param directory the record's
/// @param task of an array, empty for a single job
public record RunFiles(Path directory, OptionalInt task) {

  private static final int LARGEST = 4096;

  private Path named(String name) {
    return directory.resolve(task.isPresent() ? name + "-" + task.getAsInt() : name);
  }

  /// Standard output, or a symbolic link to where it is.
  public Path out() {
    return named("log");
  }

  /// Standard error.
  public Path err() {
    return named("log.err");
  }

  /// Lines of `TIME OUT ERR`: how long both logs were at that second.
  public Path marks() {
    return named("marks");
  }

  /// Written when the payload starts: `started`, `host`, `pid`, `restarts`.
  public Path start() {
    return named("start");
  }

  /// Written when it is over, and the truth about how: `code`, `how`, `ended`.
  public Path exit() {
    return named("exit");
  }

  /// Exists when `skiff cancel` was called.
  public Path cancelled() {
    return directory.resolve("cancelled");
  }

  /// Written when `skiff launch` was left: what its shell ended with.
  public Path left() {
    return directory.resolve("left");
  }

  /// What the scheduler was last heard to say of a job that ended without an exit file.
  public Path verdict() {
    return named("verdict");
  }

  /// The fields of a file of `key=value` words; empty if there is none, or it is not whole.
  public static Optional<Map<String, String>> fields(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
        return Optional.empty();
      }
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      Map<String, String> fields = new HashMap<>();
      for (String word : text.strip().split("\\s+", -1)) {
        int equals = word.indexOf('=');
        if (equals > 0) {
          fields.put(word.substring(0, equals), word.substring(equals + 1));
        }
      }
      return fields.isEmpty() ? Optional.empty() : Optional.of(fields);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // as if it were not there: the scheduler is asked instead
    }
  }
}
