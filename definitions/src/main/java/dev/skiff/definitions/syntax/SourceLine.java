package dev.skiff.definitions.syntax;

import dev.skiff.definitions.problem.SourceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// One line of a definition file. With build arguments filled in it still knows the line that the
/// person wrote, so that findings point there.
///
/// @param number 1 for the first line of the file
/// @param text with build arguments filled in, without the line's end
/// @param end what ends the line: a line feed, carriage return and line feed, or nothing
/// @param source the line as the person wrote it
/// @param replacements where `text` differs from `source`, from left to right
public record SourceLine(
    String file,
    int number,
    String text,
    String end,
    String source,
    List<Replacement> replacements) {

  /// Longer lines are cut in messages.
  private static final int LONGEST_SHOWN = 2000;

  public SourceLine {
    replacements = List.copyOf(replacements);
  }

  /// `text` from `start` to `end` stands for `source` from `sourceStart` to `sourceEnd`.
  public record Replacement(int start, int end, int sourceStart, int sourceEnd) {}

  /// Cuts a text into its lines.
  public static List<SourceLine> split(String file, String text) {
    List<SourceLine> lines = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int feed = text.indexOf('\n', start);
      int next = feed < 0 ? text.length() : feed + 1;
      int stop = feed < 0 ? next : feed;
      if (stop > start && text.charAt(stop - 1) == '\r') {
        stop--;
      }
      String line = text.substring(start, stop);
      String end = text.substring(stop, next);
      lines.add(new SourceLine(file, lines.size() + 1, line, end, line, List.of()));
      start = next;
    }
    return lines;
  }

  /// The text that these lines were cut from, with build arguments filled in.
  public static String join(List<SourceLine> lines) {
    return lines.stream().map(line -> line.text + line.end).collect(Collectors.joining());
  }

  /// The place of `text` from `start` to `end` in the line that the person wrote.
  public SourceSpan span(int start, int end) {
    int from = inSource(start, Side.BEFORE);
    int to = Math.max(from, inSource(end, Side.BEHIND));
    String shown = shown();
    int column = Math.min(from, shown.length());
    int length = Math.min(to, shown.length()) - column;
    return new SourceSpan(file, number, column + 1, Math.max(1, length), shown);
  }

  /// The whole line, without the blanks around it.
  public SourceSpan span() {
    String stripped = text.stripTrailing();
    return span(stripped.length() - stripped.stripLeading().length(), stripped.length());
  }

  /// The line as messages show it: without characters that would move a terminal's cursor.
  private String shown() {
    if (source.length() <= LONGEST_SHOWN && source.chars().noneMatch(SourceLine::movesCursor)) {
      return source;
    }
    return source
        .chars()
        .limit(LONGEST_SHOWN)
        .map(c -> movesCursor(c) ? '\uFFFD' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean movesCursor(int c) {
    return Character.isISOControl(c) && c != '\t';
  }

  private enum Side {
    BEFORE,
    BEHIND
  }

  private int inSource(int index, Side side) {
    int shift = 0;
    for (Replacement replacement : replacements) {
      if (index < replacement.start || (index == replacement.start && side == Side.BEHIND)) {
        break;
      }
      if (index < replacement.end || (index == replacement.end && side == Side.BEHIND)) {
        return side == Side.BEFORE ? replacement.sourceStart : replacement.sourceEnd;
      }
      shift = replacement.sourceEnd - replacement.end;
    }
    return index + shift;
  }
}
