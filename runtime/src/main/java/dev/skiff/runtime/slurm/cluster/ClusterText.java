package dev.skiff.runtime.slurm.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// Reads the output of `scontrol --oneliner show partition`, `--details show node` and `show
/// reservation`.
public final class ClusterText {

  private ClusterText() {}

  /// All of a cluster.
  ///
  /// @param partitions the output for partitions, and so on
  public static Cluster parse(String partitions, String nodes, String reservations) {
    List<String> unread = new ArrayList<>();
    return new Cluster(
        lines(partitions, "PartitionName=", unread, ClusterText::partition),
        lines(nodes, "NodeName=", unread, ClusterText::node),
        lines(reservations, "ReservationName=", unread, ClusterText::reservation),
        unread);
  }

  /// Lines with another beginning are remarks, such as `No reservations in the system`.
  private static <T> List<T> lines(
      String text, String start, List<String> unread, Function<Fields, T> reader) {
    List<T> read = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (line.startsWith(start)) {
        try {
          read.add(reader.apply(new Fields(line)));
        } catch (Fields.UnreadableLine e) {
          unread.add(line.substring(0, Math.min(80, line.length())) + ": " + e.getMessage());
        }
      }
    }
    return read;
  }

  private static Partition partition(Fields fields) {
    return new Partition(
        fields.name("PartitionName"),
        fields.word("Default").equals("YES"),
        Partition.State.parse(fields.word("State")),
        SlurmTime.parse(fields.word("MaxTime")),
        SlurmTime.parse(fields.word("DefaultTime")),
        new Partition.Limits(
            fields.number("MaxNodes"),
            fields.number("MaxCPUsPerNode"),
            fields.number("MaxMemPerNode"),
            fields.number("MaxMemPerCPU")),
        new Partition.Admission(
            fields.word("AllowGroups"),
            fields.word("AllowAccounts"),
            fields.word("AllowQos"),
            fields.word("DenyAccounts"),
            fields.word("RootOnly").equals("YES")),
        fields.word("PreemptMode"),
        fields.word("QoS"),
        (int) Math.min(Integer.MAX_VALUE, fields.number("PriorityTier").orElse(1)));
  }

  private static Node node(Fields fields) {
    OptionalLong usable = fields.number("CPUEfctv");
    return new Node(
        fields.name("NodeName"),
        NodeState.parse(fields.word("State")),
        (int) Math.min(1 << 20, usable.isPresent() ? usable.getAsLong() : fields.count("CPUTot")),
        (int) Math.min(1 << 20, fields.count("CPUAlloc")),
        fields.count("RealMemory"),
        fields.number("AllocMem").orElse(0),
        GpuCount.parse(fields.word("Gres"), fields.word("GresUsed")),
        fields.list("ActiveFeatures"),
        fields.list("Partitions"),
        reason(fields.text("Reason", "Comment")),
        new Node.Machine(fields.word("NodeHostName"), fields.word("Arch")));
  }

  /// Without ` [root@1795343610]`, who said it and when.
  private static String reason(String text) {
    int by = text.endsWith("]") ? text.lastIndexOf(" [") : -1;
    return by < 0 ? text : text.substring(0, by);
  }

  private static Reservation reservation(Fields fields) {
    return new Reservation(
        fields.name("ReservationName"),
        fields.time("StartTime"),
        fields.time("EndTime"),
        fields.word("Nodes"),
        fields.list("Flags").stream().anyMatch(flag -> flag.startsWith("MAINT")),
        fields.word("Users"),
        fields.word("Accounts"));
  }

  /// For tests and for `explain`: the one partition of this name.
  static Optional<Partition> named(List<Partition> partitions, String name) {
    return partitions.stream().filter(partition -> partition.name().equals(name)).findFirst();
  }
}
