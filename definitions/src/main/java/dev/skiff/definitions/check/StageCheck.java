package dev.skiff.definitions.check;

import dev.skiff.definitions.finding.FilesFinding;
import dev.skiff.definitions.finding.Findings;
import dev.skiff.definitions.finding.HeaderFinding;
import dev.skiff.definitions.problem.SourceSpan;
import dev.skiff.definitions.syntax.Header;
import dev.skiff.definitions.syntax.HeaderKey;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.Stage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Whether stages can be told apart, and copy only from stages that are built before them.
final class StageCheck {

  /// How many stages a message lists.
  private static final int MOST_NAMED = 20;

  private final Findings findings;
  private final Set<String> allNames;
  private final Map<String, SourceSpan> namesBefore = new LinkedHashMap<>();

  private StageCheck(List<Stage> stages, Findings findings) {
    this.findings = findings;
    this.allNames = stages.stream().map(Stage::name).collect(Collectors.toCollection(HashSet::new));
  }

  static void check(List<Stage> stages, Findings findings) {
    StageCheck check = new StageCheck(stages, findings);
    for (Stage stage : stages) {
      stage.sections().files().forEach(check::checkFiles);
      stage
          .header()
          .entry(HeaderKey.STAGE)
          .filter(entry -> !entry.value().isEmpty())
          .ifPresent(check::checkName);
    }
  }

  private void checkFiles(Section.Files files) {
    if (files.fromStage().isEmpty()) {
      return;
    }
    String name = files.fromStage().orElseThrow();
    if (namesBefore.containsKey(name)) {
      return;
    }
    findings.add(
        allNames.contains(name)
            ? new FilesFinding.StageNotYetBuilt(files.place(), name)
            : new FilesFinding.StageNotFound(
                files.place(), name, namesBefore.keySet().stream().limit(MOST_NAMED).toList()));
  }

  private void checkName(Header.Entry entry) {
    String name = entry.value();
    if (name.chars().anyMatch(Character::isWhitespace)) {
      findings.add(new HeaderFinding.StageNameWithBlanks(entry.valuePlace(), name));
    }
    SourceSpan first = namesBefore.putIfAbsent(name, entry.valuePlace());
    if (first != null) {
      findings.add(new HeaderFinding.DuplicateStageName(entry.valuePlace(), name, first.line()));
    }
  }
}
