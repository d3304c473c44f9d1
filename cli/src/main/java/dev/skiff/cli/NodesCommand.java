package dev.skiff.cli;

import dev.skiff.cli.output.ClusterJson;
import dev.skiff.cli.output.ClusterListing;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.slurm.SlurmCommand;
import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.ClusterReader;
import dev.skiff.runtime.slurm.cluster.Node;
import dev.skiff.runtime.slurm.cluster.Partition;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `skiff nodes`.
@Command(
    name = "nodes",
    description =
        "Say what of the cluster is free now: GPUs by type, CPUs and memory, by partition.",
    footer = {
      "",
      "The partition with a star is where jobs go that name none. Examples:",
      "  skiff nodes",
      "  skiff nodes -q short -v a40    what of this partition, and which nodes have that GPU",
      "  skiff nodes --json"
    })
final class NodesCommand extends Subcommand {

  /// More than these are listed when asked for.
  private static final int FEW = 24;

  @Option(
      names = {"-q", "--queue"},
      paramLabel = "PARTITION",
      split = ",",
      description = "Only these partitions.")
  private List<String> queues = new ArrayList<>();

  @Option(
      names = {"-v", "--gpu-type"},
      paramLabel = "TYPE",
      description = "Only nodes with GPUs of this type.")
  private String gpuType = "";

  @Option(
      names = {"-l", "--long"},
      description = "List every node, however many there are.")
  private boolean everyNode;

  @Option(names = "--json", description = "Print all of it as JSON.")
  private boolean json;

  @Override
  int run(Terminal terminal) {
    Cluster cluster = ClusterReader.read(SlurmCommand.of(System.getenv()));
    List<Partition> partitions = partitions(cluster);
    List<Node> nodes = nodes(cluster, partitions);
    if (json) {
      terminal.show(ClusterJson.of(cluster, partitions, nodes));
    } else {
      show(terminal, cluster, partitions, nodes);
    }
    return ExitCode.DONE.status();
  }

  private void show(
      Terminal terminal, Cluster cluster, List<Partition> partitions, List<Node> nodes) {
    ClusterListing listing = new ClusterListing(ZoneId.systemDefault());
    terminal.show(listing.partitions(cluster, partitions));
    if (everyNode || !gpuType.isEmpty() || nodes.size() <= FEW) {
      terminal.show("\n" + listing.nodes(nodes));
    } else {
      terminal.inform("%d nodes; -l lists them".formatted(nodes.size()));
    }
    String reservations = listing.reservations(cluster.reservations(), Instant.now());
    terminal.show(reservations.isEmpty() ? "" : "\n" + reservations);
    if (!cluster.unread().isEmpty()) {
      terminal.warn(
          new Problem(
              "some of the cluster is not shown",
              "scontrol printed lines that make no sense: " + cluster.unread().getFirst(),
              "look at 'scontrol show node' and 'scontrol show partition'"));
    }
  }

  private List<Partition> partitions(Cluster cluster) {
    for (String queue : queues) {
      if (cluster.partition(queue).isEmpty()) {
        throw unknown(
            "partition", queue, cluster.partitions().stream().map(Partition::name).toList());
      }
    }
    return cluster.partitions().stream()
        .filter(partition -> queues.isEmpty() || queues.contains(partition.name()))
        .toList();
  }

  private List<Node> nodes(Cluster cluster, List<Partition> partitions) {
    if (!gpuType.isEmpty() && !cluster.gpuTypes().contains(gpuType)) {
      throw unknown("type of GPU", gpuType, cluster.gpuTypes());
    }
    return cluster.nodes().stream()
        .filter(node -> partitions.stream().anyMatch(p -> node.partitions().contains(p.name())))
        .filter(node -> gpuType.isEmpty() || node.gpus(gpuType) > 0)
        .toList();
  }

  private static ProblemException unknown(String kind, String name, List<String> known) {
    return new ProblemException(
        new Problem(
            "cannot show '%s'".formatted(name),
            "the cluster has no %s of this name".formatted(kind),
            "take one of: " + known.stream().collect(Collectors.joining(", "))));
  }
}
