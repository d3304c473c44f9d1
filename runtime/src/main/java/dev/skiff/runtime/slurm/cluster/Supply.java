package dev.skiff.runtime.slurm.cluster;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What some nodes have, and what of it is free.
///
/// @param cpusOnOneNode the most that a job of one node can get now
/// @param memoryOnOneNodeMegabytes likewise
/// @param nodesTaking nodes that take jobs
public record Supply(
    int nodes,
    int nodesTaking,
    int cpus,
    int cpusFree,
    int cpusOnOneNode,
    long memoryMegabytes,
    long memoryFreeMegabytes,
    long memoryOnOneNodeMegabytes,
    List<Gpus> gpus) {

  /// GPUs of one type.
  ///
  /// @param type may be empty
  /// @param freeOnOneNode the most that a job of one node can get now
  /// @param stranded free, but on nodes whose processors or memory others have
  /// @param unavailable on nodes that take no jobs
  public record Gpus(
      String type, int total, int free, int freeOnOneNode, int stranded, int unavailable) {}

  public Supply {
    gpus = List.copyOf(gpus);
  }

  public static Supply of(List<Node> nodes) {
    Set<String> types = new LinkedHashSet<>();
    nodes.forEach(node -> node.gpus().forEach(gpu -> types.add(gpu.type())));
    List<Gpus> gpus = new ArrayList<>();
    types.forEach(type -> gpus.add(ofType(type, nodes)));
    return new Supply(
        nodes.size(),
        (int) nodes.stream().filter(node -> node.state().takesJobs()).count(),
        nodes.stream().mapToInt(Node::cpus).sum(),
        nodes.stream().mapToInt(Node::cpusFree).sum(),
        nodes.stream().mapToInt(Node::cpusFree).max().orElse(0),
        nodes.stream().mapToLong(Node::memoryMegabytes).sum(),
        nodes.stream().mapToLong(Node::memoryFreeMegabytes).sum(),
        nodes.stream().mapToLong(Node::memoryFreeMegabytes).max().orElse(0),
        gpus);
  }

  private static Gpus ofType(String type, List<Node> nodes) {
    int total = 0;
    int free = 0;
    int most = 0;
    int stranded = 0;
    int unavailable = 0;
    for (Node node : nodes) {
      for (GpuCount gpu : node.gpus()) {
        if (gpu.type().equals(type)) {
          int usable = Math.min(gpu.free(), node.gpusFree(""));
          total += gpu.total();
          free += usable;
          most = Math.max(most, usable);
          unavailable += node.state().takesJobs() ? 0 : gpu.total();
          stranded += node.state().takesJobs() ? gpu.free() - usable : 0;
        }
      }
    }
    return new Gpus(type, total, free, most, stranded, unavailable);
  }
}
