package dev.skiff.runtime.slurm.explain;

import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.GpuCount;
import dev.skiff.runtime.slurm.cluster.HostList;
import dev.skiff.runtime.slurm.cluster.Node;
import dev.skiff.runtime.slurm.cluster.Partition;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// Where a job would have room.
///
/// @param cluster as it is now
/// @param now the moment
/// @param end when the job would be over, if it began now
record Room(Cluster cluster, Instant now, Instant end) {

  /// Whether a partition has enough nodes on which this is free now.
  boolean isFree(Partition partition, QueuedJob.Need need) {
    return has(partition, need, node -> fitsNow(node, need) && !isKept(node));
  }

  /// Whether a partition could ever run this: enough nodes of it are large enough.
  boolean exists(Partition partition, QueuedJob.Need need) {
    return has(partition, need, node -> fitsEver(node, need));
  }

  /// Types of GPUs that are free now in place of those asked for, with their nodes.
  List<String> otherTypes(Partition partition, QueuedJob.Need need) {
    String asked = need.gpus().isEmpty() ? "" : need.gpus().getFirst().type();
    if (asked.isEmpty()) {
      return List.of();
    }
    return cluster.gpuTypes().stream()
        .filter(type -> !type.equals(asked))
        .filter(type -> isFree(partition, need.withGpuType(type)))
        .toList();
  }

  /// The most memory that a node of the partition has free beside the CPUs and GPUs asked for.
  long memoryBeside(Partition partition, QueuedJob.Need need) {
    QueuedJob.Need light =
        new QueuedJob.Need(
            need.nodes(), need.cpus(), 1, need.gpus(), need.constraint(), need.named());
    HostList named = new HostList(need.named());
    return cluster.nodesOf(partition).stream()
        .filter(node -> need.named().isEmpty() || named.contains(node.name()))
        .filter(node -> fitsNow(node, light) && !isKept(node))
        .mapToLong(Node::memoryFreeMegabytes)
        .max()
        .orElse(0);
  }

  /// Whether a node is not for a job of this length: those that are set aside are for others.
  private boolean isKept(Node node) {
    return cluster.reservations().stream()
        .filter(reservation -> reservation.start().orElse(Instant.MIN).isBefore(end))
        .filter(reservation -> reservation.end().orElse(Instant.MAX).isAfter(now))
        .anyMatch(reservation -> new HostList(reservation.nodes()).contains(node.name()));
  }

  /// Whether enough nodes fit, and all those that must be among them.
  private boolean has(Partition partition, QueuedJob.Need need, Predicate<Node> fits) {
    List<Node> fitting = cluster.nodesOf(partition).stream().filter(fits).toList();
    HostList named = new HostList(need.named());
    return fitting.size() >= need.nodes()
        && cluster.nodes().stream()
            .filter(node -> named.contains(node.name()))
            .allMatch(fitting::contains);
  }

  private static boolean fitsNow(Node node, QueuedJob.Need need) {
    return node.state().takesJobs()
        && node.cpusFree() >= need.cpus()
        && node.memoryFreeMegabytes() >= Math.max(1, need.memoryMegabytes())
        && need.gpus().stream().allMatch(gpu -> free(node, gpu.type()) >= gpu.total())
        && hasFeatures(node, need.constraint());
  }

  private static boolean fitsEver(Node node, QueuedJob.Need need) {
    return node.cpus() >= need.cpus()
        && node.memoryMegabytes() >= need.memoryMegabytes()
        && need.gpus().stream().allMatch(gpu -> node.gpus(gpu.type()) >= gpu.total())
        && hasFeatures(node, need.constraint());
  }

  private static int free(Node node, String type) {
    return node.gpus().stream()
        .filter(gpu -> type.isEmpty() || gpu.type().equals(type))
        .mapToInt(GpuCount::free)
        .sum();
  }

  /// `a|b`, `a&b`, `a,b`. With brackets, counts or negation nothing is promised.
  private static boolean hasFeatures(Node node, String constraint) {
    if (constraint.isEmpty()) {
      return true;
    }
    if (constraint.chars().anyMatch(c -> "[]()*!".indexOf(c) >= 0)) {
      return false;
    }
    return Arrays.stream(constraint.split("\\|", -1))
        .anyMatch(all -> node.features().containsAll(Arrays.asList(all.split("[&,]", -1))));
  }
}
