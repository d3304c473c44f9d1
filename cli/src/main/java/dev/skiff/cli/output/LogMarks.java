package dev.skiff.cli.output;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How long the two logs of a run were at which second.
///
/// @param lines of a time, the length of the output, the length of the errors; bytes, ascending
record LogMarks(List<long[]> lines) {

  static final int OUT = 1;
  static final int ERR = 2;

  private static final int MOST = 10_000_000;

  /// Reads the file; lines that are none are passed over.
  static LogMarks read(Path file) throws IOException {
    List<long[]> lines = new ArrayList<>();
    if (Files.isRegularFile(file)) {
      try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
        for (String line = reader.readLine();
            line != null && lines.size() < MOST;
            line = reader.readLine()) {
          String[] words = line.split(" ", -1);
          if (words.length >= 2
              && words.length <= 3
              && line.matches("[0-9]{1,15}( [0-9]{1,15}){1,2}")) {
            long err = words.length == 3 ? Long.parseLong(words[2]) : 0;
            lines.add(new long[] {Long.parseLong(words[0]), Long.parseLong(words[1]), err});
          }
        }
      }
    }
    return new LogMarks(lines);
  }
}
