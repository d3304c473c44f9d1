package dev.skiff.runtime.request;

import dev.skiff.runtime.instance.InstanceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `skiff exec`, `run`, `shell` or `test` was asked to do.
///
/// @param image a path or a reference such as `docker://debian:12`, as typed
/// @param instance what becomes of a container that outlives the command; there for such verbs
/// @param arguments the words after the image, and after the instance's name
public record ExecRequest(
    Verb verb,
    String image,
    Optional<Instance> instance,
    List<String> arguments,
    MountRequest mounts,
    EnvironmentRequest environment,
    ProcessRequest process,
    Fetching fetching,
    Output output) {

  public ExecRequest {
    arguments = List.copyOf(arguments);
  }

  /// A container that outlives the command.
  ///
  /// @param pidFile where the number of its first process is written
  public record Instance(InstanceName name, Optional<Path> pidFile) {}

  /// How an image is fetched that is no file here.
  ///
  /// @param variables of `skiff pull`, in place of the caller's own
  public record Fetching(Map<String, String> variables) {
    public Fetching {
      variables = Map.copyOf(variables);
    }
  }

  /// What Skiff itself says.
  ///
  /// @param dryRun print the plan in place of carrying it out
  /// @param explainMounts tell of every mount what became of it
  /// @param keeping whether the next request like this one may do without Skiff's planning
  /// @param exits what it ends with when the payload does not start
  public record Output(
      boolean dryRun,
      boolean explainMounts,
      Verbosity verbosity,
      Keeping keeping,
      ExitConvention exits) {
    /// The plain case.
    public static final Output DEFAULT =
        new Output(false, false, Verbosity.NORMAL, Keeping.ALLOWED, ExitConvention.SKIFF);

    /// Whether it says no more than what a person must know.
    public boolean isPlain() {
      boolean talkative = verbosity == Verbosity.VERBOSE || verbosity == Verbosity.DEBUG;
      return !dryRun && !explainMounts && !talkative;
    }
  }

  /// Whether a plan may be kept.
  public enum Keeping {
    ALLOWED,
    /// For the other ranks of the same job step, which go into the same container.
    SHARED,
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
