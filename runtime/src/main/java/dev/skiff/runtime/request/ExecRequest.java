package dev.skiff.runtime.request;

import java.util.List;

/// What `skiff exec`, `run`, `shell` or `test` was asked to do.
///
/// @param image a path or a reference such as `docker://debian:12`, as typed
/// @param arguments the words after the image
public record ExecRequest(
    Verb verb,
    String image,
    List<String> arguments,
    MountRequest mounts,
    EnvironmentRequest environment,
    ProcessRequest process,
    Output output) {

  public ExecRequest {
    arguments = List.copyOf(arguments);
  }

  /// What Skiff itself says.
  ///
  /// @param dryRun print the plan in place of carrying it out
  /// @param explainMounts tell of every mount what became of it
  public record Output(boolean dryRun, boolean explainMounts, Verbosity verbosity) {
    /// The plain case.
    public static final Output DEFAULT = new Output(false, false, Verbosity.NORMAL);
  }

  /// How much goes to standard error.
  public enum Verbosity {
    /// Problems only.
    SILENT,
    /// Problems and warnings.
    QUIET,
    NORMAL,
    VERBOSE,
    DEBUG
  }
}
