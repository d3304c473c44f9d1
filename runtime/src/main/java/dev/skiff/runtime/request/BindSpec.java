package dev.skiff.runtime.request;

import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.SetupStep.Access;
import java.nio.file.Path;

/// One host path made visible inside the container.
///
/// Whether `source` exists is not asked here: the login node and the compute node give different
/// answers.
///
/// @param source path on the host, absolute or relative to the working directory
/// @param target where the container sees it
/// @param access whether the container may write through the bind
/// @param nesting whether a Skiff inside the container binds it again
/// @param origin what asked for it, as typed: `-B`, `--mount`, `SKIFF_BIND`
/// @see <a href="https://apptainer.org/docs/user/latest/bind_paths_and_mounts.html">Bind paths</a>
public record BindSpec(
    Path source, ContainerPath target, Access access, Nesting nesting, String origin) {

  /// Whether `APPTAINER_BIND` inside the container names the target.
  public enum Nesting {
    NAMED,
    UNNAMED
  }
}
