package dev.skiff.definitions.finding;

import static dev.skiff.definitions.finding.Words.at;
import static dev.skiff.definitions.finding.Words.listed;
import static dev.skiff.definitions.finding.Words.quoted;
import static dev.skiff.definitions.finding.Words.shown;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.SourceSpan;
import java.util.List;
import java.util.Optional;

/// About build arguments and the `{{ name }}` that they replace.
public sealed interface TemplateFinding extends Finding {

  @Override
  default Severity severity() {
    return switch (this) {
      case UndefinedBuildArgument _, MalformedBuildArgument _ -> Severity.ERROR;
      case NestedArgumentLeft _, FilledInAfterHash _, SkippedArgumentLine _ -> Severity.WARNING;
      case UnusedBuildArguments finding -> finding.severity();
    };
  }

  record UndefinedBuildArgument(SourceSpan place, String name, Optional<String> nearest)
      implements TemplateFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot fill in " + quoted("{{ " + name + " }}"),
          "build var "
              + shown(name)
              + " is not defined through either --build-arg (--build-arg-file) or 'arguments' section",
          nearest
              .map(
                  near -> "write {{ " + near + " }}, or give --build-arg " + shown(name) + "=VALUE")
              .orElse(
                  "give --build-arg "
                      + shown(name)
                      + "=VALUE, or add the line "
                      + shown(name)
                      + "=VALUE to %arguments of this stage"));
    }
  }

  record NestedArgumentLeft(SourceSpan place, String name, String nested)
      implements TemplateFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the value of " + quoted(name) + " keeps its " + quoted("{{ " + nested + " }}"),
          "build var " + shown(nested) + " is not defined for this stage",
          "give --build-arg " + shown(nested) + "=VALUE");
    }
  }

  record FilledInAfterHash(SourceSpan place, String name) implements TemplateFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "filled in " + quoted("{{ " + name + " }}") + " behind a #",
          "Apptainer leaves it as it is there; Skiff does so only in lines that start with #",
          "if the file must work with both, set a variable to {{ "
              + shown(name)
              + " }} on a line of its own and use that");
    }
  }

  /// Arguments that no stage fills in anywhere.
  ///
  /// @param severity what the caller asked for
  record UnusedBuildArguments(List<String> names, Severity severity) implements TemplateFinding {
    @Override
    public Problem problem() {
      return new Problem(
          "the definition makes no use of " + quoted(listed(names)),
          "unused build args: " + listed(names),
          switch (severity) {
            case ERROR ->
                "remove or correct them. Use option --warn-unused-build-args to show a warning"
                    + " instead";
            case WARNING -> "remove or correct them";
          });
    }
  }

  record MalformedBuildArgument(String argument) implements TemplateFinding {
    @Override
    public Problem problem() {
      return new Problem(
          "cannot use " + quoted("--build-arg " + argument),
          "\"" + shown(argument) + "\" is not a key=value pair",
          "write --build-arg NAME=VALUE");
    }
  }

  record SkippedArgumentLine(SourceSpan place, String line) implements TemplateFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "skipped " + quoted(line) + " in the build arguments' file",
          quoted(line) + " is not a key=value pair",
          "write NAME=VALUE, or start a comment with #");
    }
  }
}
