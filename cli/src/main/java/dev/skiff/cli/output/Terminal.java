package dev.skiff.cli.output;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.VisibleText;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The two streams. Results go to `out` and nothing else does; problems, warnings and progress go
/// to `err`.
///
/// @param out standard output
/// @param err standard error
/// @param kind what `err` leads to
/// @param verbosity how much is said there
/// @param outKind what `out` leads to
public record Terminal(
    PrintStream out, PrintStream err, Kind kind, Verbosity verbosity, Kind outKind) {

  /// What a stream leads to.
  public enum Kind {
    /// A terminal whose lines may be drawn over.
    LIVE,
    /// A terminal: it may obey what is printed, but nothing is drawn over.
    DUMB,
    /// A file or a pipe: each line stays.
    PLAIN;

    /// Whether control characters could do anything there.
    public boolean isTerminal() {
      return this != PLAIN;
    }
  }

  private static final int TYPE_BITS = 0170000;
  private static final int CHARACTER_DEVICE = 0020000;

  /// `/dev/null`, `/dev/zero` and their like.
  private static final int MEMORY_DEVICES = 1;

  /// How much is said. Ordered: each says what the one before it says, and more.
  public enum Verbosity {
    /// Problems only.
    SILENT,
    /// Problems and warnings.
    QUIET,
    NORMAL,
    VERBOSE,
    /// Also where a defect of ours happened.
    DEBUG
  }

  /// Streams of which `out` is no terminal.
  public Terminal(PrintStream out, PrintStream err, Kind kind, Verbosity verbosity) {
    this(out, err, kind, verbosity, Kind.PLAIN);
  }

  /// The process's own streams.
  public static Terminal system() {
    return new Terminal(
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        kindOf(2),
        Verbosity.NORMAL,
        kindOf(1));
  }

  /// The same streams, saying more or less.
  public Terminal saying(Verbosity changed) {
    return new Terminal(out, err, kind, changed, outKind);
  }

  /// The same streams, with nothing drawn over.
  public Terminal drawingNothing() {
    return new Terminal(out, err, kind == Kind.LIVE ? Kind.DUMB : kind, verbosity, outKind);
  }

  /// Prints a problem; nothing silences it.
  public void fail(Problem problem) {
    err.print(problem.render());
  }

  /// Prints a problem that stops nothing.
  public void warn(Problem problem) {
    if (says(Verbosity.QUIET)) {
      err.print(problem.render("warning"));
    }
  }

  /// Prints text as a result, which may be an image's: a terminal is not driven by it, a file or a
  /// pipe gets it as it is.
  public void show(String text) {
    out.print(outKind.isTerminal() ? VisibleText.lines(text) : text);
    out.flush();
  }

  /// The same for text as it stands in a file, UTF-8 if it goes to a terminal.
  public void show(byte[] text) {
    if (outKind.isTerminal()) {
      show(new String(text, StandardCharsets.UTF_8));
    } else {
      out.write(text, 0, text.length);
      out.flush();
    }
  }

  /// The same for bytes that belong on standard error.
  public void showProblems(byte[] text) {
    if (kind.isTerminal()) {
      err.print(VisibleText.lines(new String(text, StandardCharsets.UTF_8)));
    } else {
      err.write(text, 0, text.length);
    }
    err.flush();
  }

  /// Where an image's bytes go as a result, under the same rule; closing leaves the stream open.
  public ResultBytes resultBytes() {
    return new ResultBytes(this);
  }

  /// Prints one line of what is going on.
  public void inform(String line) {
    if (says(Verbosity.NORMAL)) {
      tell(line);
    }
  }

  /// Prints one line on `err`, by the rule of `show`, however little is said.
  public void tell(String line) {
    err.println(kind.isTerminal() ? VisibleText.lines(line) : line);
  }

  /// Whether things of this importance are said.
  public boolean says(Verbosity least) {
    return verbosity.compareTo(least) >= 0;
  }

  private static Kind kindOf(int descriptor) {
    try {
      Map<String, Object> stat =
          Files.readAttributes(Path.of("/proc/self/fd/" + descriptor), "unix:mode,rdev");
      boolean device = (number(stat, "mode") & TYPE_BITS) == CHARACTER_DEVICE;
      if (!device || (number(stat, "rdev") >> 8 & 0xfff) == MEMORY_DEVICES) {
        return Kind.PLAIN;
      }
      return "dumb".equals(System.getenv("TERM")) ? Kind.DUMB : Kind.LIVE;
    } catch (IOException e) {
      return Kind.DUMB; // no /proc: nothing is drawn, and nothing is risked
    }
  }

  private static long number(Map<String, Object> stat, String name) {
    return stat.get(name) instanceof Number number ? number.longValue() : 0;
  }
}
