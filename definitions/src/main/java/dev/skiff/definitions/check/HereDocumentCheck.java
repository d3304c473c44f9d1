package dev.skiff.definitions.check;

import dev.skiff.definitions.finding.Findings;
import dev.skiff.definitions.finding.SectionFinding;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.SectionLine;
import dev.skiff.definitions.syntax.SourceLine;
import dev.skiff.definitions.syntax.StageSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Looks for sections and stages that start in the middle of a script's here-document, where their
/// author surely meant them as text.
final class HereDocumentCheck {

  private static final Pattern OPENING =
      Pattern.compile("(?<![<(])<<-?\\s*(?:'(\\w+)'|\"(\\w+)\"|\\\\?([A-Za-z_]\\w*))");
  private static final Set<String> SCRIPTS =
      Arrays.stream(ScriptKind.values()).map(ScriptKind::word).collect(Collectors.toSet());

  private final List<SourceLine> lines;
  private final Findings findings;
  private final Map<String, Integer> lastLine = new HashMap<>();

  private HereDocumentCheck(List<SourceLine> lines, Findings findings) {
    this.lines = lines;
    this.findings = findings;
    for (int i = 0; i < lines.size(); i++) {
      lastLine.put(closing(lines.get(i)), i);
    }
  }

  static void check(List<SourceLine> lines, Findings findings) {
    if (lines.stream().anyMatch(line -> line.text().contains("<<"))) {
      new HereDocumentCheck(lines, findings).check();
    }
  }

  private void check() {
    boolean script = false;
    int i = 0;
    while (i < lines.size()) {
      Optional<SectionLine> section = SectionLine.of(lines.get(i));
      script = section.map(HereDocumentCheck::startsScript).orElse(script);
      Optional<String> word = script && section.isEmpty() ? opened(lines.get(i)) : Optional.empty();
      // A word that never comes back opened nothing: a shift, or a mistake of another kind.
      if (word.isPresent() && lastLine.getOrDefault(word.orElseThrow(), 0) > i) {
        i = checkDocument(i, word.orElseThrow());
      }
      i++;
    }
  }

  /// Notes what starts inside the here-document, and returns its last line's index.
  private int checkDocument(int opening, String word) {
    int number = lines.get(opening).number();
    int i = opening + 1;
    while (!closing(lines.get(i)).equals(word)) {
      SourceLine line = lines.get(i);
      SectionLine.of(line)
          .ifPresent(section ->
              findings.add(
                  new SectionFinding.SectionInHereDocument(
                      section.place(), "%" + section.word(), number)));
      if (StageSource.startsStage(line)) {
        findings.add(
            new SectionFinding.StageInHereDocument(line.span(0, "Bootstrap:".length()), number));
      }
      i++;
    }
    return i;
  }

  private static boolean startsScript(SectionLine section) {
    return SCRIPTS.contains(section.name());
  }

  private static Optional<String> opened(SourceLine line) {
    if (line.text().stripLeading().startsWith("#")) {
      return Optional.empty();
    }
    Matcher matcher = OPENING.matcher(line.text());
    if (!matcher.find()) {
      return Optional.empty();
    }
    for (int group = 1; group <= 3; group++) {
      if (matcher.group(group) != null) {
        return Optional.of(matcher.group(group));
      }
    }
    return Optional.empty();
  }

  /// The line as it would end a here-document, whose end may be indented by tabs.
  private static String closing(SourceLine line) {
    String text = line.text();
    int start = 0;
    while (start < text.length() && text.charAt(start) == '\t') {
      start++;
    }
    return text.substring(start);
  }
}
