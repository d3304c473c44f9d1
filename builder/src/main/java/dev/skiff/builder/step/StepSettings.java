package dev.skiff.builder.step;

import dev.skiff.builder.metadata.Labels.Collision;
import dev.skiff.builder.script.ScriptMounts;
import dev.skiff.builder.script.SectionCommand.Trace;
import dev.skiff.runtime.launch.IdMapping;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/// What all steps of a build have in common.
///
/// @param directory where the build was called from: relative sources of `%files` start here
/// @param environment the caller's variables
/// @param ids which owners files can have
/// @param trace whether scripts tell each command they run
/// @param mounts what `%post` and `%test` see besides the root
/// @param collision what becomes of a label that is there already
/// @param built the build's time, as the image will say it
/// @param version this program's, as the image will say it
public record StepSettings(
    Path directory,
    Map<String, String> environment,
    IdMapping ids,
    Trace trace,
    ScriptMounts mounts,
    Collision collision,
    Instant built,
    String version) {

  public StepSettings {
    environment = Map.copyOf(environment);
  }
}
