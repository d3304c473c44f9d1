package dev.skiff.definitions.syntax;

import java.util.ArrayList;
import java.util.List;

/// The lines of one stage: from a line that starts with `Bootstrap:` up to the next such line. What
/// stands above the first is a stage source of its own.
public record StageSource(List<SourceLine> lines) {

  private static final String START = "bootstrap:";

  public StageSource {
    lines = List.copyOf(lines);
  }

  /// Cuts a file's lines into stages; together they hold every line.
  public static List<StageSource> cut(List<SourceLine> lines) {
    List<StageSource> stages = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < lines.size(); i++) {
      if (i > start && startsStage(lines.get(i))) {
        stages.add(new StageSource(lines.subList(start, i)));
        start = i;
      }
    }
    if (start < lines.size()) {
      stages.add(new StageSource(lines.subList(start, lines.size())));
    }
    return stages;
  }

  /// Whether a line starts a stage, whatever text it stands in.
  public static boolean startsStage(SourceLine line) {
    return line.source().regionMatches(true, 0, START, 0, START.length());
  }

  /// The stage's text, with build arguments filled in.
  public String text() {
    return SourceLine.join(lines);
  }
}
