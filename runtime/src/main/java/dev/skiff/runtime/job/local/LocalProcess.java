package dev.skiff.runtime.job.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Processes of this machine, told apart by when they began: numbers are used again.
final class LocalProcess {

  private static final int STATE = 0;
  private static final int START = 19;

  private LocalProcess() {}

  /// When a process began, in ticks since the machine did; empty if there is none.
  static String startOf(long pid) {
    List<String> fields = fields(Long.toString(pid));
    return fields.size() > START ? fields.get(START) : "";
  }

  /// Whether the process `PID START` is still there, and not only waits to be buried.
  static boolean isAlive(String id) {
    String[] words = id.split(" ", 2);
    if (words.length != 2 || !words[0].matches("[0-9]{1,10}")) {
      return false;
    }
    List<String> fields = fields(words[0]);
    return fields.size() > START
        && fields.get(START).equals(words[1])
        && !fields.get(STATE).equals("Z");
  }

  /// What stands behind the program's name, which may hold anything, in `/proc/PID/stat`.
  private static List<String> fields(String pid) {
    try {
      String text =
          new String(
              Files.readAllBytes(Path.of("/proc", pid, "stat")), StandardCharsets.ISO_8859_1);
      return List.of(text.substring(text.lastIndexOf(')') + 2).split(" ", -1));
    } catch (IOException e) {
      return List.of();
    }
  }

  /// Sends a signal to a process, or to a group with a `-` in front; whoever is gone gets none.
  static void signal(String signal, String target) {
    if (!target.matches("-?[0-9]{2,10}")) {
      return;
    }
    try {
      new ProcessBuilder("bash", "-c", "kill -s \"$1\" -- \"$2\"", "kill", signal, target)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
