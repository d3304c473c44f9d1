package dev.skiff.cli.output;

import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.GpuCount;
import dev.skiff.runtime.slurm.cluster.Node;
import dev.skiff.runtime.slurm.cluster.NodeState;
import dev.skiff.runtime.slurm.cluster.Partition;
import dev.skiff.runtime.slurm.cluster.Reservation;
import dev.skiff.runtime.slurm.cluster.Supply;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What of a cluster is free, for people.
public final class ClusterListing {

  private final DateTimeFormatter times;

  /// @param zone in which the reader lives
  public ClusterListing(ZoneId zone) {
    times = DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ENGLISH).withZone(zone);
  }

  /// A line for each partition.
  public String partitions(Cluster cluster, List<Partition> partitions) {
    TextTable table =
        new TextTable(
            "PARTITION", "GPUS FREE", "CPUS FREE", "MEMORY FREE", "LONGEST", "NODES", "REMARKS");
    for (Partition partition : partitions) {
      Supply supply = Supply.of(cluster.nodesOf(partition));
      table.row(
          partition.name() + (partition.isDefault() ? "*" : ""),
          supply.gpus().stream().map(ClusterListing::gpus).collect(Collectors.joining(", ")),
          "%d of %d".formatted(supply.cpusFree(), supply.cpus()),
          memory(supply.memoryFreeMegabytes(), supply.memoryMegabytes()),
          partition.longest().map(ClusterListing::length).orElse("no limit"),
          supply.nodesTaking() == supply.nodes()
              ? "" + supply.nodes()
              : "%d of %d".formatted(supply.nodesTaking(), supply.nodes()),
          remarks(partition, supply));
    }
    return table.text();
  }

  private static String gpus(Supply.Gpus gpus) {
    return "%d of %d%s".formatted(gpus.free(), gpus.total(), named(gpus.type()));
  }

  private static String named(String type) {
    return type.isEmpty() ? "" : " " + type;
  }

  private static String remarks(Partition partition, Supply supply) {
    StringBuilder remarks = new StringBuilder();
    switch (partition.state()) {
      case UP -> {}
      case DOWN -> remarks.append("; starts no jobs now");
      case DRAIN, INACTIVE -> remarks.append("; takes no jobs now");
    }
    if (partition.isPreemptible()) {
      remarks.append("; jobs may be stopped for others");
    }
    for (Supply.Gpus gpus : supply.gpus()) {
      if (gpus.freeOnOneNode() < gpus.free()) {
        remarks.append(
            "; at most %d%s on one node".formatted(gpus.freeOnOneNode(), named(gpus.type())));
      }
      if (gpus.stranded() > 0) {
        remarks.append(
            "; %d%s without a free CPU or memory".formatted(gpus.stranded(), named(gpus.type())));
      }
    }
    return remarks.isEmpty() ? "" : remarks.substring(2);
  }

  /// A line for each node.
  public String nodes(List<Node> nodes) {
    TextTable table =
        new TextTable("NODE", "STATE", "GPUS FREE", "CPUS FREE", "MEMORY FREE", "FEATURES", "WHY");
    for (Node node : nodes) {
      boolean takes = node.state().takesJobs();
      table.row(
          node.name(),
          node.state().words(),
          node.gpus().stream().map(gpu -> gpus(node, gpu)).collect(Collectors.joining(", ")),
          "%d of %d".formatted(node.cpusFree(), node.cpus()),
          memory(node.memoryFreeMegabytes(), node.memoryMegabytes()),
          String.join(",", node.features()),
          takes && node.state() != NodeState.UNKNOWN ? "" : node.reason());
    }
    return table.text();
  }

  private static String gpus(Node node, GpuCount gpu) {
    int free = node.state().takesJobs() ? gpu.free() : 0;
    return "%d of %d%s".formatted(free, gpu.total(), named(gpu.type()));
  }

  /// A line for each time that is set aside and not over.
  public String reservations(List<Reservation> reservations, Instant now) {
    StringBuilder text = new StringBuilder();
    for (Reservation reservation : reservations) {
      if (reservation.end().filter(now::isAfter).isEmpty()) {
        text.append(
            "%s: %s, from %s to %s%s%n"
                .formatted(
                    reservation.isMaintenance() ? "maintenance" : "set aside",
                    reservation.nodes().isEmpty() ? "no nodes" : reservation.nodes(),
                    time(reservation.start()),
                    time(reservation.end()),
                    whose(reservation)));
      }
    }
    return text.toString();
  }

  private static String whose(Reservation reservation) {
    String names = (reservation.users() + " " + reservation.accounts()).strip().replace(',', ' ');
    return reservation.isMaintenance() || names.isEmpty()
        ? " (%s)".formatted(reservation.name())
        : " (%s: for %s)".formatted(reservation.name(), names);
  }

  private String time(Optional<Instant> time) {
    return time.map(times::format).orElse("an unknown time");
  }

  /// Units of 2^20 bytes as people ask for them: `7.8 of 7.8 GB`.
  static String memory(long free, long total) {
    return "%s of %s GB".formatted(gigabytes(free), gigabytes(total));
  }

  private static String gigabytes(long megabytes) {
    double value = megabytes / 1024.0;
    return String.format(Locale.ROOT, value < 10 && value > 0 ? "%.1f" : "%.0f", value);
  }

  /// As people say it: `30 min`, `6 h`, `2 d`, `1 d 12 h`.
  public static String length(Duration duration) {
    StringBuilder text = new StringBuilder();
    append(text, duration.toDays(), "d");
    append(text, duration.toHoursPart(), "h");
    append(text, duration.toMinutesPart(), "min");
    append(text, text.isEmpty() ? duration.toSecondsPart() : 0, "s");
    return text.isEmpty() ? "0 s" : text.substring(1);
  }

  private static void append(StringBuilder text, long number, String unit) {
    if (number > 0) {
      text.append(' ').append(number).append(' ').append(unit);
    }
  }
}
