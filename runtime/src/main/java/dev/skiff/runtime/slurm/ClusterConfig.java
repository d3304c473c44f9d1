package dev.skiff.runtime.slurm;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a cluster says of itself.
///
/// @param name its own, by which clusters that share a home are told apart
/// @param servesOneUser whether its daemons on the nodes run as an ordinary user
/// @param holdsLimits whether what accounts and qualities of service allow is held
public record ClusterConfig(String name, boolean servesOneUser, boolean holdsLimits) {

  /// Asks the controller; empty if it does not answer.
  public static Optional<ClusterConfig> read(SlurmCommand slurm) {
    return slurm.ask("scontrol", "show", "config") instanceof SlurmAnswer.Done(String out, String _)
        ? Optional.of(parse(out))
        : Optional.empty();
  }

  /// Reads what `scontrol show config` prints, `Key = value` in each line.
  static ClusterConfig parse(String text) {
    Map<String, String> values = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.putIfAbsent(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
      }
    }
    String user = values.getOrDefault("SlurmdUser", "");
    List<String> held =
        Arrays.asList(values.getOrDefault("AccountingStorageEnforce", "").split(",", -1));
    return new ClusterConfig(
        values.getOrDefault("ClusterName", ""),
        !user.isEmpty() && !user.endsWith("(0)"),
        held.contains("limits") || held.contains("safe"));
  }
}
