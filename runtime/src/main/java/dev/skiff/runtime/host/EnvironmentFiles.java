package dev.skiff.runtime.host;

import dev.skiff.runtime.request.EnvironmentFile;
import dev.skiff.runtime.seen.Sightings;
import dev.skiff.runtime.seen.Sightings.Question;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What a later start has to look at again of an `--env-file`.
final class EnvironmentFiles {

  /// Where bytes were no text, and where nothing can be looked at twice.
  private static final String NEVER_THE_SAME = "\0";

  private EnvironmentFiles() {}

  /// Notes the text, and of every variable that it names the value.
  ///
  /// @param file absolute
  /// @param environment the caller's
  static void note(Path file, String text, Map<String, String> environment, Sightings seen) {
    boolean lasting = Files.isRegularFile(file) && text.indexOf('\uFFFD') < 0;
    seen.note(Question.TEXT, file.toString(), lasting ? text : NEVER_THE_SAME);
    for (String name : EnvironmentFile.variablesIn(text)) {
      seen.noteVariable(environment, name);
    }
  }
}
