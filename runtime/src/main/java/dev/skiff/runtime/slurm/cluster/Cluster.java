package dev.skiff.runtime.slurm.cluster;

import java.util.List;
import java.util.Optional;

/// A cluster at one moment.
///
/// @param partitions in Slurm's order
/// @param nodes in Slurm's order
/// @param unread lines that made no sense, and what they lack
public record Cluster(
    List<Partition> partitions,
    List<Node> nodes,
    List<Reservation> reservations,
    List<String> unread) {

  public Cluster {
    partitions = List.copyOf(partitions);
    nodes = List.copyOf(nodes);
    reservations = List.copyOf(reservations);
    unread = List.copyOf(unread);
  }

  /// The partition of this name.
  public Optional<Partition> partition(String name) {
    return ClusterText.named(partitions, name);
  }

  /// Where jobs go that name no partition.
  public Optional<Partition> defaultPartition() {
    return partitions.stream().filter(Partition::isDefault).findFirst();
  }

  /// The nodes of a partition.
  public List<Node> nodesOf(Partition partition) {
    return nodes.stream().filter(node -> node.partitions().contains(partition.name())).toList();
  }

  /// All types of GPUs that jobs can ask for, each once.
  public List<String> gpuTypes() {
    return nodes.stream()
        .flatMap(node -> node.gpus().stream())
        .map(GpuCount::type)
        .filter(type -> !type.isEmpty())
        .distinct()
        .toList();
  }
}
