package dev.skiff.runtime.request;

import dev.skiff.runtime.plan.ContainerPath;
import java.nio.file.Path;

/// Which directory is the home inside.
public sealed interface HomeSpec {

  /// The caller's own, at its own path.
  record Own() implements HomeSpec {}

  /// `--home SOURCE[:TARGET]`.
  ///
  /// @param source on the host, absolute or relative to the working directory
  /// @param target where the container sees it, and what `HOME` says
  record Given(Path source, ContainerPath target) implements HomeSpec {}
}
