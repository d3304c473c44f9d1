package dev.skiff.definitions.check;

import dev.skiff.definitions.finding.Findings;
import dev.skiff.definitions.finding.SectionFinding;
import dev.skiff.definitions.syntax.HereDocument;
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
import java.util.stream.Collectors;

/// Looks for sections and stages that start in the middle of a script's here-document, where their
/// author surely meant them as text.
final class HereDocumentCheck {

  private static final Set<String> SCRIPTS =
      Arrays.stream(ScriptKind.values()).map(ScriptKind::word).collect(Collectors.toSet());

  private final List<SourceLine> lines;
  private final Findings findings;
  private final Map<String, Integer> lastLine = new HashMap<>();

  private HereDocumentCheck(List<SourceLine> lines, Findings findings) {
    this.lines = lines;
    this.findings = findings;
    for (int i = 0; i < lines.size(); i++) {
      lastLine.put(HereDocument.closing(lines.get(i).text()), i);
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
      Optional<String> word =
          script && section.isEmpty() ? HereDocument.opened(lines.get(i).text()) : Optional.empty();
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
    while (!HereDocument.closing(lines.get(i).text()).equals(word)) {
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
}
