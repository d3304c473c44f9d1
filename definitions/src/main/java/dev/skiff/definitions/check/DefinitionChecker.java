package dev.skiff.definitions.check;

import dev.skiff.definitions.finding.Findings;
import dev.skiff.definitions.syntax.App;
import dev.skiff.definitions.syntax.SourceLine;
import dev.skiff.definitions.syntax.Stage;
import java.util.List;

/// Checks a parsed definition for everything that the grammar lets through.
public final class DefinitionChecker {

  private DefinitionChecker() {}

  /// Notes all errors and doubts.
  ///
  /// @param lines the whole file, with build arguments filled in
  /// @param stages what the parser made of these lines
  public static void check(List<SourceLine> lines, List<Stage> stages, Findings findings) {
    for (Stage stage : stages) {
      if (findings.full()) {
        return;
      }
      HeaderCheck.check(stage.header(), findings);
      SectionCheck.check(stage.sections(), findings);
      for (App app : stage.apps()) {
        SectionCheck.check(app.sections(), findings);
      }
    }
    StageCheck.check(stages, findings);
    HereDocumentCheck.check(lines, findings);
  }
}
