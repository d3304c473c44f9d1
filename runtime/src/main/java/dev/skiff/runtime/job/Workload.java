package dev.skiff.runtime.job;

import java.util.List;

/// What a job does.
public sealed interface Workload {

  /// What a container does that is there to be entered: it waits, and ends at once when it is told
  /// to.
  List<String> WAITING =
      List.of("sh", "-c", "trap 'exit 0' TERM HUP; while :; do sleep 3600 & wait $!; done");

  /// A command in a container.
  ///
  /// @param image path or reference, as `skiff exec` takes it
  /// @param options of `skiff exec`, before the image
  /// @param command empty runs what the image is for
  record Contained(String image, List<String> options, List<String> command) implements Workload {
    public Contained {
      options = List.copyOf(options);
      command = List.copyOf(command);
    }
  }

  /// The user's own batch script, run by the interpreter that its first line names.
  ///
  /// @param file where it was read, for people
  /// @param text all of it
  /// @param arguments of the script
  /// @param directives its `#SBATCH` lines, without that word
  record Script(String file, String text, List<String> arguments, List<String> directives)
      implements Workload {
    public Script {
      arguments = List.copyOf(arguments);
      directives = List.copyOf(directives);
    }
  }
}
