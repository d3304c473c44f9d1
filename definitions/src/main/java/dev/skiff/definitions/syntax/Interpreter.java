package dev.skiff.definitions.syntax;

import java.util.List;

/// What runs a script section.
public sealed interface Interpreter {

  /// `/bin/sh`. While building, `-ex` comes before the options.
  ///
  /// @param options the words after the section's name
  record Shell(List<String> options) implements Interpreter {
    public Shell {
      options = List.copyOf(options);
    }
  }

  /// `%post -c WORDS`: `/bin/sh -ex OPTIONS -c "WORDS SCRIPT"`, so the shell may interpret quotes
  /// in the words.
  ///
  /// @param options the words before `-c`
  /// @param words at least one
  record Command(List<String> options, List<String> words) implements Interpreter {
    public Command {
      options = List.copyOf(options);
      words = List.copyOf(words);
      if (words.isEmpty()) {
        throw new IllegalArgumentException("-c needs a command");
      }
    }
  }

  /// The body's own first line, `#!` and all, for scripts that are stored as files of their own.
  ///
  /// @param line the line, followed by the section's arguments if it has any
  record Shebang(String line) implements Interpreter {}
}
