package dev.skiff.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.Node;
import dev.skiff.runtime.slurm.cluster.Partition;
import dev.skiff.runtime.slurm.cluster.Reservation;
import dev.skiff.runtime.slurm.cluster.Supply;
import java.util.List;
import java.util.Locale;

/// What of a cluster is free, for programs. Memory is in units of 2^20 bytes, lengths of time are
/// seconds, times ISO 8601; what has no limit is left out.
public final class ClusterJson {

  private ClusterJson() {}

  public static String of(Cluster cluster, List<Partition> partitions, List<Node> nodes) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode queues = root.putArray("partitions");
    for (Partition partition : partitions) {
      fill(queues.addObject(), partition, Supply.of(cluster.nodesOf(partition)));
    }
    ArrayNode machines = root.putArray("nodes");
    nodes.forEach(node -> fill(machines.addObject(), node));
    ArrayNode reservations = root.putArray("reservations");
    cluster.reservations().forEach(reservation -> fill(reservations.addObject(), reservation));
    ArrayNode unread = root.putArray("unread");
    cluster.unread().forEach(unread::add);
    return root.toPrettyString() + "\n";
  }

  private static void fill(ObjectNode json, Partition partition, Supply supply) {
    json.put("name", partition.name());
    json.put("default", partition.isDefault());
    json.put("state", partition.state().name().toLowerCase(Locale.ROOT));
    partition.longest().ifPresent(time -> json.put("longestSeconds", time.toSeconds()));
    partition.usual().ifPresent(time -> json.put("usualSeconds", time.toSeconds()));
    json.put("preemptible", partition.isPreemptible());
    json.put("nodes", supply.nodes());
    json.put("nodesTakingJobs", supply.nodesTaking());
    json.putObject("cpus")
        .put("total", supply.cpus())
        .put("free", supply.cpusFree())
        .put("freeOnOneNode", supply.cpusOnOneNode());
    json.putObject("memoryMegabytes")
        .put("total", supply.memoryMegabytes())
        .put("free", supply.memoryFreeMegabytes())
        .put("freeOnOneNode", supply.memoryOnOneNodeMegabytes());
    ArrayNode gpus = json.putArray("gpus");
    for (Supply.Gpus gpu : supply.gpus()) {
      gpus.addObject()
          .put("type", gpu.type())
          .put("total", gpu.total())
          .put("free", gpu.free())
          .put("freeOnOneNode", gpu.freeOnOneNode())
          .put("stranded", gpu.stranded())
          .put("unavailable", gpu.unavailable());
    }
  }

  private static void fill(ObjectNode json, Node node) {
    json.put("name", node.name());
    json.put("state", node.state().name().toLowerCase(Locale.ROOT));
    json.put("takesJobs", node.state().takesJobs());
    json.putObject("cpus").put("total", node.cpus()).put("free", node.cpusFree());
    json.putObject("memoryMegabytes")
        .put("total", node.memoryMegabytes())
        .put("free", node.memoryFreeMegabytes());
    ArrayNode gpus = json.putArray("gpus");
    node.gpus()
        .forEach(gpu ->
            gpus.addObject()
                .put("type", gpu.type())
                .put("total", gpu.total())
                .put("free", node.state().takesJobs() ? gpu.free() : 0));
    ArrayNode features = json.putArray("features");
    node.features().forEach(features::add);
    ArrayNode partitions = json.putArray("partitions");
    node.partitions().forEach(partitions::add);
    json.put("reason", node.reason());
  }

  private static void fill(ObjectNode json, Reservation reservation) {
    json.put("name", reservation.name());
    reservation.start().ifPresent(time -> json.put("start", time.toString()));
    reservation.end().ifPresent(time -> json.put("end", time.toString()));
    json.put("nodes", reservation.nodes());
    json.put("maintenance", reservation.isMaintenance());
  }
}
