package dev.skiff.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.runtime.slurm.inside.NodeUse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a job uses, for people and for programs, from two measurements of a node on.
public final class UsageListing {

  private static final int HISTORY = 30;

  private final int cpus;
  private final long memoryMegabytes;
  private final Map<String, NodeUse> earlier = new HashMap<>();
  private final Map<String, Sparkline> histories = new HashMap<>();

  /// What the job asked for on each node.
  ///
  /// @param memoryMegabytes 0 if unknown
  public UsageListing(int cpus, long memoryMegabytes) {
    this.cpus = cpus;
    this.memoryMegabytes = memoryMegabytes;
  }

  /// The lines for a node; empty for its first measurement, which has nothing to compare with.
  public Optional<String> lines(NodeUse use) {
    NodeUse before = earlier.put(use.node(), use);
    use.gpus().forEach(gpu -> history(use.node(), gpu.index()).add(gpu.percent()));
    if (before == null) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s  %.1f of %d CPUs, %s%s, %d processes%n",
            use.node(),
            use.cpusSince(before),
            cpus,
            gigabytes(use.memoryBytes() >> 20),
            memoryMegabytes > 0 ? " of " + gigabytes(memoryMegabytes) : "",
            use.processes()));
    for (NodeUse.GpuUse gpu : use.gpus()) {
      text.append(
          "  GPU %d  %3d %%  %s of %s  %s  %s%n"
              .formatted(
                  gpu.index(),
                  gpu.percent(),
                  gigabytes(gpu.memoryMegabytes()),
                  gigabytes(gpu.memoryOfMegabytes()),
                  history(use.node(), gpu.index()).draw(),
                  gpu.name()));
    }
    return Optional.of(text.toString());
  }

  /// In units of 2^30 bytes, as jobs and GPUs are measured.
  private static String gigabytes(long megabytes) {
    return String.format(Locale.ROOT, "%.1f GB", megabytes / 1024.0);
  }

  private Sparkline history(String node, int gpu) {
    return histories.computeIfAbsent(node + " " + gpu, _ -> new Sparkline(HISTORY));
  }

  /// The same as one line of JSON; memory in bytes.
  public Optional<String> json(NodeUse use) {
    NodeUse before = earlier.put(use.node(), use);
    if (before == null) {
      return Optional.empty();
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("node", use.node());
    json.put("cpus", Math.round(use.cpusSince(before) * 100) / 100.0);
    json.put("cpusAsked", cpus);
    json.put("memoryBytes", use.memoryBytes());
    if (memoryMegabytes > 0) {
      json.put("memoryAskedBytes", memoryMegabytes << 20);
    }
    json.put("processes", use.processes());
    ArrayNode gpus = json.putArray("gpus");
    for (NodeUse.GpuUse gpu : use.gpus()) {
      gpus.addObject()
          .put("index", gpu.index())
          .put("name", gpu.name())
          .put("percent", gpu.percent())
          .put("memoryBytes", gpu.memoryMegabytes() << 20)
          .put("memoryOfBytes", gpu.memoryOfMegabytes() << 20);
    }
    return Optional.of(json + "\n");
  }
}
