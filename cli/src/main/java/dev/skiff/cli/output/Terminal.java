package dev.skiff.cli.output;

import dev.skiff.definitions.problem.Problem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The two streams. Results go to `out` and nothing else does; problems, warnings and progress go
/// to `err`.
///
/// @param out standard output
/// @param err standard error
/// @param kind whether a person sits before `err`
/// @param verbosity how much is said there
/// @param outKind whether a person sits before `out`
public record Terminal(
    PrintStream out, PrintStream err, Kind kind, Verbosity verbosity, Kind outKind) {

  /// What a stream leads to.
  public enum Kind {
    /// A terminal: a line may be drawn over.
    LIVE,
    /// A file or a pipe: each line stays.
    PLAIN
  }

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

  /// The same streams, taken for another kind.
  public Terminal of(Kind changed) {
    return new Terminal(out, err, changed, verbosity, outKind);
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

  /// Prints text of an image as a result; a terminal is not driven by it.
  public void show(String text) {
    out.print(ShownText.of(text, outKind));
    out.flush();
  }

  /// Prints one line of what is going on.
  public void inform(String line) {
    if (says(Verbosity.NORMAL)) {
      err.println(line);
    }
  }

  /// Whether things of this importance are said.
  public boolean says(Verbosity least) {
    return verbosity.compareTo(least) >= 0;
  }

  private static Kind kindOf(int descriptor) {
    if ("dumb".equals(System.getenv("TERM"))) {
      return Kind.PLAIN;
    }
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty")
          ? Kind.LIVE
          : Kind.PLAIN;
    } catch (IOException e) {
      return Kind.PLAIN; // no /proc: draw nothing
    }
  }
}
