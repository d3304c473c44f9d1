package dev.skiff.definitions.syntax;

import dev.skiff.definitions.finding.FilesFinding;
import dev.skiff.definitions.finding.Findings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a line of `%files`: words split at blanks, where quotes keep blanks together. A single
/// quote counts only at the start of a word, so that `it's` needs no quoting.
final class CopyLine {

  private final SourceLine line;
  private final Findings findings;

  private record Word(String text, int start, int end) {}

  private CopyLine(SourceLine line, Findings findings) {
    this.line = line;
    this.findings = findings;
  }

  static Optional<Section.Copy> parse(SourceLine line, Findings findings) {
    return new CopyLine(line, findings).parse();
  }

  private Optional<Section.Copy> parse() {
    List<Word> words = words();
    if (words.isEmpty()) {
      return Optional.empty();
    }
    Word source = words.getFirst();
    if (source.text.isEmpty()) {
      findings.add(new FilesFinding.EmptySource(line.span(source.start, source.end)));
      return Optional.empty();
    }
    boolean filled = !line.text().contains("{{"); // else the words are not known yet
    if (words.size() > 2 && filled) {
      Word third = words.get(2);
      findings.add(new FilesFinding.ExtraWord(line.span(third.start, third.end), third.text));
    }
    Word last = words.size() > 1 ? words.get(1) : source;
    Optional<String> destination =
        words.size() > 1
            ? Optional.of(last.text).filter(text -> !text.isEmpty())
            : Optional.empty();
    return Optional.of(
        new Section.Copy(source.text, destination, line.span(source.start, last.end)));
  }

  private List<Word> words() {
    String text = line.text();
    List<Word> words = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      if (Character.isWhitespace(text.charAt(i))) {
        i++;
      } else {
        Word word = wordAt(i);
        words.add(word);
        i = word.end;
      }
    }
    return words;
  }

  private Word wordAt(int start) {
    String text = line.text();
    StringBuilder word = new StringBuilder();
    int i = start;
    while (i < text.length() && !Character.isWhitespace(text.charAt(i))) {
      char c = text.charAt(i);
      if (c == '"' || (c == '\'' && i == start)) {
        int close = text.indexOf(c, i + 1);
        if (close < 0) {
          findings.add(new FilesFinding.UnclosedQuote(line.span(i, text.length())));
          close = text.length();
        }
        word.append(text, i + 1, close);
        i = Math.min(close + 1, text.length());
      } else {
        word.append(c);
        i++;
      }
    }
    return new Word(word.toString(), start, i);
  }
}
