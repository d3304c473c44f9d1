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
  /// Control characters, which a stranger's name or text may hold, are made visible.
  public String render() {
    return render("error");
  }

  /// As `render()`, with `warning` or another word in front.
  public String render(String level) {
    StringBuilder text = new StringBuilder();
    text.append(level).append(": ").append(VisibleText.line(what)).append('\n');
    where.ifPresent(span -> appendPlace(text, span));
    text.append("  why: ").append(indented(why)).append('\n');
    text.append("  fix: ").append(indented(fix)).append('\n');
    return text.toString();
  }

  private static String indented(String lines) {
    return VisibleText.lines(lines.strip()).replace("\n", "\n       ");
  }

  private static void appendPlace(StringBuilder text, SourceSpan span) {
    String number = Integer.toString(span.line());
    String margin = " ".repeat(number.length());
    String line = span.text();
    int start = Math.min(span.column() - 1, line.length());
    int end = Math.min(start + span.length(), line.length());
    String before = VisibleText.lines(line.substring(0, start));
    String marked = VisibleText.lines(line.substring(start, end));
    String shown = before + marked + VisibleText.lines(line.substring(end));
    text.append("  --> ").append(VisibleText.line(span.place())).append('\n');
    text.append("  ").append(number).append(" | ").append(shown).append('\n');
    text.append("  ").append(margin).append(" | ");
    before.chars().forEach(c -> text.append(c == '\t' ? '\t' : ' '));
    text.append("^".repeat(marked.length() + span.length() - (end - start))).append('\n');
  }
}
