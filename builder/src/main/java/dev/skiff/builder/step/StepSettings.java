package dev.skiff.builder.step;

import dev.skiff.builder.metadata.Labels.Collision;
import dev.skiff.builder.script.ScriptMounts;
import dev.skiff.builder.script.SectionCommand.Trace;
import dev.skiff.builder.time.ImageTime;
import dev.skiff.runtime.launch.IdMapping;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What all steps of a build have in common.
///
/// @param directory where the build was called from: relative sources of `%files` start here
/// @param environment the caller's variables
/// @param ids which owners files can have
/// @param trace whether scripts tell each command they run
/// @param mounts what `%post` and `%test` see besides the root
/// @param collision what becomes of a label that is there already
/// @param time the image's, which inputs are noted to
/// @param architecture that was asked for, as Go names it
/// @param version this program's, as the image will say it
/// @param engine what runs `%post` and `%test`
public record StepSettings(
    Path directory,
    Map<String, String> environment,
    IdMapping ids,
    Trace trace,
    ScriptMounts mounts,
    Collision collision,
    ImageTime time,
    Optional<String> architecture,
    String version,
    Engine engine) {

  public StepSettings {
    environment = Map.copyOf(environment);
  }

  /// The same with a time of a stage's own.
  public StepSettings with(ImageTime stages) {
    return new StepSettings(
        directory,
        environment,
        ids,
        trace,
        mounts,
        collision,
        stages,
        architecture,
        version,
        engine);
  }
}
