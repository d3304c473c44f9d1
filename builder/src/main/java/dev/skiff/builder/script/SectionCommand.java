package dev.skiff.builder.script;

import dev.skiff.definitions.syntax.Interpreter;
import dev.skiff.runtime.plan.ShellText;
import java.util.ArrayList;
import java.util.List;

/// How a script section is run while building.
public final class SectionCommand {

  /// Whether the shell tells each command before it runs it.
  public enum Trace {
    SHOWN,
    QUIET
  }

  private SectionCommand() {}

  /// Program and arguments: `/bin/sh -ex OPTIONS SCRIPT`, or with `-c WORDS` `/bin/sh -ex OPTIONS
  /// -c "WORDS SCRIPT"`. The umask is 0002, as for the whole build.
  ///
  /// @param script where the body lies, as the program sees it
  public static List<String> of(Interpreter interpreter, String script, Trace trace) {
    String flags = trace == Trace.SHOWN ? "-ex" : "-e";
    List<String> command = new ArrayList<>(List.of("/bin/sh", flags));
    switch (interpreter) {
      case Interpreter.Shell(List<String> options) -> {
        command.addAll(options);
        command.add(script);
      }
      case Interpreter.Command(List<String> options, List<String> words) -> {
        command.addAll(options);
        command.add("-c");
        command.add(String.join(" ", words) + " " + ShellText.literal(script));
      }
      case Interpreter.Shebang(String _) -> {
        command.clear();
        command.add(script);
      }
    }
    return List.copyOf(command);
  }

  /// The command behind a shell that sets the umask of a build.
  public static List<String> withUmask(List<String> command) {
    List<String> wrapped =
        new ArrayList<>(List.of("/bin/sh", "-c", "umask 0002; exec \"$@\"", "skiff"));
    wrapped.addAll(command);
    return List.copyOf(wrapped);
  }
}
