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
  /// @param keeping whether the next request like this one may do without Skiff's planning
  public record Output(
      boolean dryRun, boolean explainMounts, Verbosity verbosity, Keeping keeping) {
    /// The plain case.
    public static final Output DEFAULT =
        new Output(false, false, Verbosity.NORMAL, Keeping.ALLOWED);

    /// Whether it says no more than what a person must know.
    public boolean isPlain() {
      boolean talkative = verbosity == Verbosity.VERBOSE || verbosity == Verbosity.DEBUG;
      return !dryRun && !explainMounts && !talkative;
    }
  }

  /// Whether a plan may be kept.
  public enum Keeping {
    ALLOWED,
    NEVER
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
