package dev.skiff.definitions.syntax;

import dev.skiff.definitions.problem.SourceSpan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A `%section`. Sections written twice are already joined: scripts and lists one after the other,
/// `%files` by where they copy from.
public sealed interface Section {

  /// The `%name` that started it; the first one if it was written twice.
  SourceSpan place();

  /// A section with a script.
  ///
  /// @param body as written, each line ended by a line feed; empty if nothing follows the name
  /// @param arguments the words after the section's name, without a `#` comment; of a section
  ///   written twice, the last that has any
  /// @param bodyPlace the body's first line that is not blank; empty if there is none
  record Script(
      ScriptKind kind,
      String body,
      List<String> arguments,
      SourceSpan place,
      Optional<SourceSpan> bodyPlace)
      implements Section {

    public Script {
      arguments = List.copyOf(arguments);
    }

    /// What runs this script. A first line with `#!`, be it indented, counts only in scripts that
    /// are stored as files (`%runscript`, `%startscript`, `%test`), `-c` only in those that the
    /// build runs itself.
    public Interpreter interpreter() {
      return switch (kind) {
        case RUNSCRIPT, STARTSCRIPT, TEST ->
            hasShebang() ? shebang() : new Interpreter.Shell(arguments);
        case PRE, SETUP, POST -> command();
        case ENVIRONMENT, APP_INSTALL, APP_ENVIRONMENT, APP_RUN, APP_START, APP_TEST ->
            new Interpreter.Shell(List.of());
      };
    }

    /// The script file's whole content, as Apptainer writes it: the `#!` line, an empty line, the
    /// rest of the body, and one more line feed.
    public String fileText() {
      String line =
          switch (interpreter()) {
            case Interpreter.Shebang(String own) -> own;
            case Interpreter.Shell(List<String> options) -> withArguments("#!/bin/sh", options);
            case Interpreter.Command(var _, var _) -> "#!/bin/sh";
          };
      return line + "\n\n" + bodyBelowShebang() + "\n";
    }

    private String bodyBelowShebang() {
      return interpreter() instanceof Interpreter.Shebang
          ? body.substring(body.indexOf('\n') + 1)
          : body;
    }

    /// Whether the body's first line says which program runs it.
    public boolean hasShebang() {
      return firstLine().startsWith("#!");
    }

    private String firstLine() {
      return body.lines().findFirst().orElse("").strip();
    }

    private Interpreter shebang() {
      return new Interpreter.Shebang(withArguments(firstLine(), arguments));
    }

    private Interpreter command() {
      int dash = arguments.indexOf("-c");
      if (dash < 0 || dash + 1 == arguments.size()) {
        return new Interpreter.Shell(arguments);
      }
      return new Interpreter.Command(
          arguments.subList(0, dash), arguments.subList(dash + 1, arguments.size()));
    }

    private static String withArguments(String line, List<String> words) {
      return words.isEmpty() ? line : line + " " + String.join(" ", words);
    }
  }

  /// `%help` or `%apphelp`.
  ///
  /// @param text as written, each line ended by a line feed
  record Help(String text, SourceSpan place) implements Section {}

  /// `%labels` or `%applabels`.
  ///
  /// @param labels in file order; of a key written twice only the last
  record Labels(List<Label> labels, SourceSpan place) implements Section {
    public Labels {
      labels = List.copyOf(labels);
    }

    /// Reads label lines that a script wrote into the file that `APPTAINER_LABELS` names, by the
    /// same rule as the section. Values by key, in file order.
    public static Map<String, String> parse(String text) {
      Map<String, String> values = new LinkedHashMap<>();
      text.lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(Labels::keyAndValue)
          .forEach(label -> values.put(label.get(0), label.get(1)));
      return values;
    }

    /// The first word of a line, and what follows it.
    static List<String> keyAndValue(String line) {
      String[] parts = line.split("\\s+", 2);
      return List.of(parts[0], parts.length > 1 ? parts[1] : "");
    }
  }

  /// One label.
  ///
  /// @param value quotes and all; empty if the key stands alone
  /// @param place the whole line
  record Label(String key, String value, SourceSpan place) {}

  /// `%files`, `%files from STAGE`, or `%appfiles`.
  ///
  /// @param fromStage the stage to copy from; empty means the host
  record Files(Optional<String> fromStage, List<Copy> copies, SourceSpan place) implements Section {
    public Files {
      copies = List.copyOf(copies);
    }
  }

  /// One line of `%files`.
  ///
  /// @param source without its quotes; may hold shell patterns
  /// @param destination without its quotes; empty means the source's own path
  /// @param place the source and destination on their line
  record Copy(String source, Optional<String> destination, SourceSpan place) {}

  /// `%arguments`: defaults for `{{ name }}`.
  record Arguments(List<Argument> arguments, SourceSpan place) implements Section {
    public Arguments {
      arguments = List.copyOf(arguments);
    }
  }

  /// One `name=value` line.
  record Argument(String name, String value, SourceSpan place) {}
}
