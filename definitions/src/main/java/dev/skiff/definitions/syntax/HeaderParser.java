package dev.skiff.definitions.syntax;

import dev.skiff.definitions.finding.Findings;
import dev.skiff.definitions.finding.HeaderFinding;
import dev.skiff.definitions.finding.Nearest;
import dev.skiff.definitions.problem.SourceSpan;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the lines above a stage's first section.
final class HeaderParser {

  private final Findings findings;
  private final Map<String, Header.Entry> entries = new LinkedHashMap<>();
  private final Set<String> guessed = new HashSet<>();
  private Optional<Pending> pending = Optional.empty();
  private boolean sound = true;

  /// A value whose line ended in a backslash.
  private record Pending(
      String key, StringBuilder value, SourceSpan place, SourceSpan valuePlace) {}

  HeaderParser(Findings findings) {
    this.findings = findings;
  }

  Header parse(List<SourceLine> lines) {
    for (SourceLine line : lines) {
      if (isBlankOrComment(line)) {
        dropPending();
      } else if (pending.isPresent()) {
        Pending begun = pending.orElseThrow();
        pending = Optional.empty();
        take(begun, withoutComment(line.text()).strip());
      } else {
        start(line);
      }
    }
    dropPending();
    return new Header(List.copyOf(entries.values()));
  }

  /// Whether every line could be read.
  boolean sound() {
    return sound;
  }

  static boolean isBlankOrComment(SourceLine line) {
    String text = line.text().strip();
    return text.isEmpty() || text.startsWith("#");
  }

  private void start(SourceLine line) {
    String text = withoutComment(line.text()).stripTrailing();
    int colon = text.indexOf(':');
    int keyStart = text.length() - text.stripLeading().length();
    if (colon < 0) {
      sound = false;
      SourceSpan whole = line.span(keyStart, text.length());
      findings.add(new HeaderFinding.HeaderLineWithoutColon(whole, text.strip()));
      String[] words = text.strip().split("\\s+", 2);
      HeaderKey.of(words[0])
          .ifPresent(key -> guess(key, words.length > 1 ? words[1] : "", whole, whole));
      return;
    }
    String key = text.substring(0, colon).strip();
    SourceSpan place = line.span(keyStart, keyStart + Math.max(1, key.length()));
    String value = text.substring(colon + 1).strip();
    SourceSpan valuePlace =
        value.isEmpty() ? place : line.span(text.length() - value.length(), text.length());
    take(new Pending(key, new StringBuilder(), place, valuePlace), value);
  }

  /// Adds a line's part to the value, and keeps the value if that was the last part.
  private void take(Pending begun, String part) {
    if (!part.endsWith("\\")) {
      begun.value.append(part);
      keep(begun);
      return;
    }
    String kept = part.substring(0, part.length() - 1);
    if (kept.endsWith("\\n")) {
      kept = kept.substring(0, kept.length() - 2) + "\n";
    }
    begun.value.append(kept);
    pending = Optional.of(begun);
  }

  private void keep(Pending done) {
    String name = done.key.toLowerCase(Locale.ROOT);
    Optional<HeaderKey> key = HeaderKey.of(name);
    if (key.isEmpty()) {
      sound = false;
      List<String> known =
          Arrays.stream(HeaderKey.values())
              .map(each -> each == HeaderKey.OTHER_URL ? "OtherURL0" : each.spelling())
              .toList();
      Optional<String> nearest = Nearest.of(done.key, known);
      findings.add(new HeaderFinding.UnknownHeaderKey(done.place, done.key, nearest));
      nearest
          .flatMap(HeaderKey::of)
          .ifPresent(meant -> guess(meant, done.value.toString(), done.place, done.valuePlace));
      return;
    }
    Header.Entry entry =
        new Header.Entry(
            key.orElseThrow(), name, done.value.toString(), done.place, done.valuePlace);
    Header.Entry earlier = entries.remove(name);
    if (earlier != null && !guessed.remove(name)) {
      findings.add(
          new HeaderFinding.DuplicateHeaderKey(done.place, done.key, earlier.keyPlace().line()));
    }
    entries.put(name, entry);
  }

  private void dropPending() {
    pending.ifPresent(begun -> {
      sound = false;
      findings.add(new HeaderFinding.DroppedContinuation(begun.valuePlace, begun.key));
      keep(begun);
    });
    pending = Optional.empty();
  }

  /// Takes a line that is wrong for what its author meant, so that the key is not missed as well.
  private void guess(HeaderKey key, String value, SourceSpan place, SourceSpan valuePlace) {
    String name = key.spelling().toLowerCase(Locale.ROOT);
    if (key != HeaderKey.BOOTSTRAP && !entries.containsKey(name)) {
      guessed.add(name);
      entries.put(name, new Header.Entry(key, name, value, place, valuePlace));
    }
  }

  /// A `#` starts a comment after a blank only, so that a URL keeps its fragment.
  private static String withoutComment(String text) {
    for (int i = 1; i < text.length(); i++) {
      if (text.charAt(i) == '#' && Character.isWhitespace(text.charAt(i - 1))) {
        return text.substring(0, i);
      }
    }
    return text;
  }
}
