package dev.skiff.definitions.finding;

import static dev.skiff.definitions.finding.Words.at;
import static dev.skiff.definitions.finding.Words.quoted;
import static dev.skiff.definitions.finding.Words.shown;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.SourceSpan;
import java.util.Optional;

/// About `%section` lines and the text below them.
public sealed interface SectionFinding extends Finding {

  @Override
  default Severity severity() {
    return switch (this) {
      case InvalidSection _,
          IndentedSection _,
          AppNameMissing _,
          AppNameInvalid _,
          InterpreterMissing _ ->
          Severity.ERROR;
      case IgnoredArguments _,
          SectionInHereDocument _,
          StageInHereDocument _,
          IgnoredShebang _,
          LateShebang _,
          QuotedLabel _,
          DuplicateLabel _,
          ArgumentWithoutValue _,
          ArgumentNameUnusable _ ->
          Severity.WARNING;
    };
  }

  record InvalidSection(SourceSpan place, String name, Optional<String> nearest)
      implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot use the section " + quoted("%" + name),
          "invalid section(s) specified: " + shown(name),
          nearest
              .map(near -> "write %" + near)
              .orElse(
                  "if the line belongs to a script, put another character before the %: no line of a script may start with one"));
    }
  }

  record IndentedSection(SourceSpan place, String word) implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot use the section " + quoted(word),
          "invalid section(s) specified: the % must be the first character of its line",
          "remove the blanks before "
              + quoted(word)
              + "; if the line belongs to a script, put another character before the %");
    }
  }

  record AppNameMissing(SourceSpan place, String section) implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot tell which app " + quoted("%" + section) + " is for",
          "app section " + section + ": could not be split into section name and app name",
          "write the app's name after it, as in %" + section + " foo");
    }
  }

  record AppNameInvalid(SourceSpan place, String name) implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot name an app " + quoted(name),
          "the name becomes a directory's name and part of shell variables' names",
          "use letters, digits, '.', '_', '+' and '-', and start with a letter, a digit or '_'");
    }
  }

  record IgnoredArguments(SourceSpan place, String section, String arguments)
      implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the words after " + quoted("%" + section) + " have no effect",
          quoted(arguments) + " is no argument that this section takes",
          "remove them, or write them on a line of their own");
    }
  }

  record InterpreterMissing(SourceSpan place, String section) implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot run " + quoted("%" + section + " -c"),
          "bad " + section + " section '-c' parameter: missing arguments",
          "name the interpreter, as in %" + section + " -c /bin/bash");
    }
  }

  record SectionInHereDocument(SourceSpan place, String word, int openedLine)
      implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          quoted(word) + " starts a section in the middle of a here-document",
          "the here-document opened in line "
              + openedLine
              + " is not closed yet, but a line that starts with % always starts a section",
          "if it is meant as text, put another character before the % and take it away in the script, for example with sed");
    }
  }

  record StageInHereDocument(SourceSpan place, int openedLine) implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "'Bootstrap:' starts a stage in the middle of a here-document",
          "the here-document opened in line "
              + openedLine
              + " is not closed yet, but a line that starts with Bootstrap: always starts a stage",
          "if it is meant as text, indent the line");
    }
  }

  record IgnoredShebang(SourceSpan place, String section) implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the #! line of " + quoted("%" + section) + " has no effect",
          "the script is given to /bin/sh, for which the line is a comment",
          switch (section) {
            case "pre", "setup", "post" ->
                "name the interpreter behind the section, as in %" + section + " -c /bin/bash";
            case "environment", "appenv" -> "write the section for /bin/sh, and remove the line";
            default -> "call the interpreter inside the script, and remove the line";
          });
    }
  }

  record LateShebang(SourceSpan place, String section) implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the #! line of " + quoted("%" + section) + " has no effect",
          "only the first line below the section's name can choose the interpreter",
          "remove the lines above it");
    }
  }

  record QuotedLabel(SourceSpan place, String key) implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the quotes stay in the label " + quoted(key),
          "labels are taken as they are written, quotes and all",
          "remove the quotes: a value may hold blanks without them");
    }
  }

  record DuplicateLabel(SourceSpan place, String key, int firstLine) implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the label " + quoted(key) + " is written twice",
          "line " + firstLine + " has it too; only the last one counts",
          "remove line " + firstLine);
    }
  }

  record ArgumentWithoutValue(SourceSpan place, String line) implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "skipped " + quoted(line) + " in %arguments",
          quoted(line) + " is not a key=value pair",
          "write NAME=VALUE");
    }
  }

  record ArgumentNameUnusable(SourceSpan place, String name) implements SectionFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the argument " + quoted(name) + " can never be used",
          "{{ name }} takes letters, digits and _ only",
          "write the name as " + quoted(name.replaceAll("\\W+", "_")));
    }
  }
}
