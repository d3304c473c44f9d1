package dev.skiff.builder.step;

import dev.skiff.builder.script.OutputLines;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.SourceSpan;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.Section;
import java.util.Optional;

/// What the steps of a build can run into.
final class StepProblems {

  private StepProblems() {}

  static Problem script(ScriptKind kind, SourceSpan place, int status, OutputLines lines) {
    String essence =
        switch (kind) {
          case PRE, SETUP -> "failed to run %%%s script: exit status %d";
          case TEST -> "failed to execute %%%s script: exit status %d";
          default -> "while running %%%s section: exit status %d";
        };
    String last =
        lines.lastTraced().isEmpty() ? "" : "\nits last command was: " + lines.lastTraced();
    return new Problem(
        "cannot carry out the %%%s section of '%s'".formatted(kind.word(), place.file()),
        essence.formatted(kind.word(), status) + last,
        kind == ScriptKind.TEST
            ? "correct the image or the test; -T builds without running the test"
            : "correct the section; --no-cleanup keeps the root file system for a look at it",
        Optional.of(place));
  }

  static Problem copy(Section.Copy copy, String reason, Side side) {
    return new Problem(
        "cannot copy '%s'".formatted(copy.source()),
        (side == Side.HOST
                ? "unable to copy files from host to container fs: "
                : "unable to copy files from stage to container fs: ")
            + reason,
        side == Side.HOST
            ? "correct the path; relative ones start where skiff build is called"
            : "correct the path; it is looked for in the stage's root file system",
        Optional.of(copy.place()));
  }

  /// Where a file was to come from.
  enum Side {
    HOST,
    STAGE
  }

  static Problem labelKept(String key) {
    return new Problem(
        "label '%s' keeps the value it has".formatted(key),
        "Label: %s already exists and force option is false, not overwriting".formatted(key),
        "add --force to overwrite labels of the base image");
  }

  static Problem labelsUnreadable(String reason) {
    return new Problem(
        "the base image's labels are lost",
        "its /.singularity.d/labels.json is no JSON object: " + reason,
        "build the base image anew");
  }

  static Problem variableSkipped(String name) {
    return new Problem(
        "the base image's variable '%s' is left out".formatted(name),
        "a shell variable has letters, digits and '_', and starts with no digit",
        "set another variable in %environment");
  }
}
