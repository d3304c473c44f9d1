package dev.skiff.definitions.problem;

import java.util.Optional;

/// A failure as the person at the terminal needs it: what failed, why, and what to do next.
///
/// @param what the action that did not happen, naming the user's own input; no full stop
/// @param why the fact that stood in the way; no full stop
/// @param fix one thing to try, as an imperative; no full stop
/// @param where the place in a file the person wrote, if there is one
public record Problem(String what, String why, String fix, Optional<SourceSpan> where) {

  /// A problem that belongs to no line of a file.
  public Problem(String what, String why, String fix) {
    this(what, why, fix, Optional.empty());
  }

  /// The three lines for standard error; with a place, its line and carets stand after the first.
  public String render() {
    return render("error");
  }

  /// As `render()`, with `warning` or another word in front.
  public String render(String level) {
    StringBuilder text = new StringBuilder();
    text.append(level).append(": ").append(what).append('\n');
    where.ifPresent(span -> appendPlace(text, span));
    text.append("  why: ").append(why.strip().replace("\n", "\n       ")).append('\n');
    text.append("  fix: ").append(fix.strip().replace("\n", "\n       ")).append('\n');
    return text.toString();
  }

  private static void appendPlace(StringBuilder text, SourceSpan span) {
    String number = Integer.toString(span.line());
    String margin = " ".repeat(number.length());
    String before = span.text().substring(0, Math.min(span.column() - 1, span.text().length()));
    text.append("  --> ").append(span.place()).append('\n');
    text.append("  ").append(number).append(" | ").append(span.text()).append('\n');
    text.append("  ").append(margin).append(" | ");
    before.chars().forEach(c -> text.append(c == '\t' ? '\t' : ' '));
    text.append("^".repeat(span.length())).append('\n');
  }
}
