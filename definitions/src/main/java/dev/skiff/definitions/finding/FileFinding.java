package dev.skiff.definitions.finding;

import static dev.skiff.definitions.finding.Words.at;
import static dev.skiff.definitions.finding.Words.quoted;
import static dev.skiff.definitions.finding.Words.shown;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.SourceSpan;

/// About the file as a whole.
public sealed interface FileFinding extends Finding {

  @Override
  default Severity severity() {
    return switch (this) {
      case TooLarge _,
          TooLargeResolved _,
          TooManyLines _,
          NotText _,
          NoStages _,
          TooManyFindings _ ->
          Severity.ERROR;
      case NotUtf8 _, ByteOrderMark _ -> Severity.WARNING;
    };
  }

  record TooLarge(String file, int limitBytes) implements FileFinding {
    @Override
    public Problem problem() {
      return new Problem(
          "cannot read the definition file " + quoted(file),
          "it is larger than " + (limitBytes >> 20) + " MiB",
          "move data out of the file and copy it with %files");
    }
  }

  record TooLargeResolved(String file, int limitBytes) implements FileFinding {
    @Override
    public Problem problem() {
      return new Problem(
          "cannot fill the build arguments into " + quoted(file),
          "the text would grow larger than " + (limitBytes >> 20) + " MiB",
          "give shorter build arguments, and copy data with %files");
    }
  }

  record TooManyLines(String file, int limit) implements FileFinding {
    @Override
    public Problem problem() {
      return new Problem(
          "cannot read the definition file " + quoted(file),
          "it has more than " + limit + " lines",
          "move data out of the file and copy it with %files");
    }
  }

  record NotText(SourceSpan place) implements FileFinding {
    /// Without the line itself: what is not text is not for a terminal.
    @Override
    public Problem problem() {
      return new Problem(
          "cannot read the definition file " + quoted(place.file()),
          "it is not text: line " + place.line() + " holds a NUL byte",
          "give a text file; to build from an image, write localimage:" + shown(place.file()));
    }
  }

  record NotUtf8(SourceSpan place) implements FileFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the definition file is not UTF-8",
          "line "
              + place.line()
              + " is the first with other bytes; scripts keep them as they are, labels and help will look wrong",
          "convert it, for example with: iconv -f latin1 -t utf-8 " + shown(place.file()));
    }
  }

  record ByteOrderMark(SourceSpan place) implements FileFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the definition file starts with a byte order mark",
          "the mark is invisible and was skipped here; Apptainer takes it for part of the first key",
          "save the file as UTF-8 without byte order mark");
    }
  }

  record NoStages(String file) implements FileFinding {
    @Override
    public Problem problem() {
      return new Problem(
          "cannot build from " + quoted(file),
          "no stages found in definition file: it is empty or holds only comments",
          "start it with the lines 'Bootstrap: docker' and 'From: debian:12'");
    }
  }

  record TooManyFindings(int limit) implements FileFinding {
    @Override
    public Problem problem() {
      return new Problem(
          "stopped looking after " + limit + " findings",
          "a file with so many is probably no definition file",
          "mend the first ones and check again");
    }
  }
}
