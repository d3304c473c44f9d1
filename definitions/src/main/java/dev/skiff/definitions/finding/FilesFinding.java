package dev.skiff.definitions.finding;

import static dev.skiff.definitions.finding.Words.at;
import static dev.skiff.definitions.finding.Words.listed;
import static dev.skiff.definitions.finding.Words.quoted;
import static dev.skiff.definitions.finding.Words.shown;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.SourceSpan;
import java.util.List;

/// About `%files` and what it copies.
public sealed interface FilesFinding extends Finding {

  @Override
  default Severity severity() {
    return switch (this) {
      case InvalidFilesArgument _,
          StageNotFound _,
          StageNotYetBuilt _,
          UnclosedQuote _,
          EmptySource _ ->
          Severity.ERROR;
      case ExtraWord _ -> Severity.WARNING;
    };
  }

  record InvalidFilesArgument(SourceSpan place, String arguments) implements FilesFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot copy with " + quoted("%files " + arguments),
          "a %files section takes nothing, or the two words 'from STAGE'",
          "write '%files from STAGE', and what to copy on the lines below");
    }
  }

  record StageNotFound(SourceSpan place, String name, List<String> stages) implements FilesFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot copy from the stage " + quoted(name),
          "stage "
              + shown(name)
              + " was not found; "
              + (stages.isEmpty()
                  ? "no stage before this one has a name"
                  : "the stages before this one are: " + listed(stages)),
          "add the line 'Stage: " + shown(name) + "' to the header of the stage to copy from");
    }
  }

  record StageNotYetBuilt(SourceSpan place, String name) implements FilesFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot copy from the stage " + quoted(name),
          "stage "
              + shown(name)
              + " was not found among the stages before this one: stages are built from top to bottom",
          "move the stage " + quoted(name) + " above this one");
    }
  }

  record ExtraWord(SourceSpan place, String word) implements FilesFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the word " + quoted(word) + " has no effect",
          "a line of %files has a source and a destination, and this is a third word",
          "put names that hold blanks in double quotes, and each file on a line of its own");
    }
  }

  record UnclosedQuote(SourceSpan place) implements FilesFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot tell where this name ends",
          "the quote is not closed in its line",
          "close it, or remove it");
    }
  }

  record EmptySource(SourceSpan place) implements FilesFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot copy a file with no name",
          "there is nothing between the quotes",
          "name the file, or remove the line");
    }
  }
}
