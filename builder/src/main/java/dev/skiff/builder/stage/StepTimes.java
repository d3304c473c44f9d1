package dev.skiff.builder.stage;

import dev.skiff.builder.plan.BuildStep;
import dev.skiff.builder.time.ImageTime;
import java.nio.file.attribute.FileTime;
import java.util.function.ToLongFunction;

/// What becomes of the times of files that a step has written.
final class StepTimes {

  private StepTimes() {}

  /// Those that a script wrote keep theirs, as far as the image's time allows; what other steps
  /// make is as old as the newest input.
  static ToLongFunction<FileTime> of(BuildStep step, ImageTime time) {
    boolean script =
        step instanceof BuildStep.RunOnHost
            || step instanceof BuildStep.RunPost
            || step instanceof BuildStep.UnpackBase;
    return script ? time::secondsOf : time::secondsOfInput;
  }
}
