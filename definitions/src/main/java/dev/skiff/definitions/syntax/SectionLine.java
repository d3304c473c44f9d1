package dev.skiff.definitions.syntax;

import dev.skiff.definitions.problem.SourceSpan;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A line whose first word starts with `%`: it always starts a section, even inside a
/// here-document.
///
/// @param indented whether blanks stand before the `%`, which is an error
/// @param word the section's word as written, without any `%`; may be empty
/// @param rest what follows the word, without the blanks and the `#` comment around it
/// @param restStart where `rest` starts in the line
public record SectionLine(
    SourceLine line, boolean indented, String word, String rest, int restStart) {

  /// The section that a line starts, if it starts one.
  public static Optional<SectionLine> of(SourceLine line) {
    String text = line.text();
    int percent = skipBlanks(text, 0);
    if (percent == text.length() || text.charAt(percent) != '%') {
      return Optional.empty();
    }
    int start = percent;
    while (start < text.length() && text.charAt(start) == '%') {
      start++;
    }
    int end = start;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    int restStart = skipBlanks(text, end);
    String rest = text.substring(restStart);
    int comment = rest.indexOf('#');
    String kept = (comment < 0 ? rest : rest.substring(0, comment)).stripTrailing();
    return Optional.of(
        new SectionLine(line, percent > 0, text.substring(start, end), kept, restStart));
  }

  /// The word in lower case.
  public String name() {
    return word.toLowerCase(Locale.ROOT);
  }

  /// The words of `rest`.
  public List<String> words() {
    return rest.isEmpty() ? List.of() : List.of(rest.split("\\s+"));
  }

  /// Where the `%` and the word stand.
  public SourceSpan place() {
    String text = line.text();
    int start = skipBlanks(text, 0);
    int end = start;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return line.span(start, end);
  }

  /// Where `rest` stands; the `%word` if it is empty.
  public SourceSpan restPlace() {
    return rest.isEmpty() ? place() : line.span(restStart, restStart + rest.length());
  }

  /// From the `%` to the end of `rest`.
  public SourceSpan wholePlace() {
    int start = skipBlanks(line.text(), 0);
    return rest.isEmpty() ? place() : line.span(start, restStart + rest.length());
  }

  private static int skipBlanks(String text, int from) {
    int i = from;
    while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
      i++;
    }
    return i;
  }
}
