package dev.skiff.definitions;

import dev.skiff.definitions.finding.FileFinding;
import dev.skiff.definitions.finding.Findings;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.Parser;
import dev.skiff.definitions.syntax.SourceLine;
import dev.skiff.definitions.syntax.Stage;
import dev.skiff.definitions.syntax.StageSource;
import dev.skiff.definitions.template.BuildArguments;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads definition files. Never throws on account of what a file holds.
public final class DefinitionReader {

  private DefinitionReader() {}

  /// Reads a definition's text.
  ///
  /// @param fileName how messages name the file
  public static Reading read(String fileName, String text, BuildArguments arguments) {
    Findings findings = new Findings();
    findings.addAll(arguments.findings());
    List<Stage> stages = new ArrayList<>();
    for (StageSource source : StageSource.cut(SourceLine.split(fileName, text))) {
      Parser.parse(source, findings).ifPresent(stages::add);
    }
    if (stages.isEmpty()) {
      findings.add(new FileFinding.NoStages(fileName));
    }
    if (findings.haveError()) {
      return new Reading.Rejected(findings.inFileOrder());
    }
    return new Reading.Accepted(
        new DefinitionFile(fileName, text, StandardCharsets.UTF_8, stages), findings.inFileOrder());
  }
}
