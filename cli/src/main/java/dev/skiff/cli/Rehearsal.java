package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import java.util.Arrays;
import java.util.List;

/// Does one command after the other in one process, so that the start-up cache learns what all of
/// them need. Not for users: `train-aot` calls it.
final class Rehearsal {

  /// Ends a command's words.
  private static final String NEXT = "--and-then";

  private Rehearsal() {}

  static void main(String[] args) throws ClassNotFoundException {
    // Only starts of others than root come there, and who rehearses may be root.
    Class.forName("dev.skiff.runtime.setup.BareRoot");
    List<String> words = Arrays.asList(args);
    int status = 0;
    while (!words.isEmpty() && status == 0) {
      int end = words.contains(NEXT) ? words.indexOf(NEXT) : words.size();
      status = Main.run(words.subList(0, end).toArray(new String[0]), Terminal.system());
      words = words.subList(Math.min(words.size(), end + 1), words.size());
    }
    // System.exit would look for loggers, and the cache would hold them.
    Runtime.getRuntime().halt(status);
  }
}
