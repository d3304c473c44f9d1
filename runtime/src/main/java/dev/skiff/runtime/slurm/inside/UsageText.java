package dev.skiff.runtime.slurm.inside;

import dev.skiff.runtime.slurm.inside.NodeUse.GpuUse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads what the measuring step prints, line by line; lines of several nodes may be mixed. What
/// makes no sense is no measurement.
public final class UsageText {

  private static final int MOST_GPUS = 64;
  private static final int LONGEST_LINE = 4096;
  private static final long PAGE = 4096;

  private final Map<String, NodeUse> begun = new HashMap<>();
  private final Map<String, List<Listed>> listed = new HashMap<>();

  /// A GPU of the node, which may not be the job's.
  private record Listed(String uuid, GpuUse gpu) {}

  /// Takes one line; gives what a node uses when its last line has come.
  public Optional<NodeUse> read(String line) {
    String[] words = line.split(" ", 3);
    if (line.length() > LONGEST_LINE || words.length < 2) {
      return Optional.empty();
    }
    String rest = words.length < 3 ? "" : words[2];
    switch (words[1]) {
      case "use" -> use(words[0], rest.split(" ", -1)).ifPresent(use -> begun.put(words[0], use));
      case "gpu" -> gpu(rest).ifPresent(gpu -> gpus(words[0]).add(gpu));
      case "end" -> {
        return end(words[0], rest);
      }
      default -> {}
    }
    return Optional.empty();
  }

  private List<Listed> gpus(String node) {
    List<Listed> gpus = listed.computeIfAbsent(node, _ -> new ArrayList<>());
    return gpus.size() < MOST_GPUS ? gpus : new ArrayList<>();
  }

  private static Optional<NodeUse> use(String node, String[] numbers) {
    try {
      return numbers.length == 4
          ? Optional.of(
              new NodeUse(
                  node,
                  Double.parseDouble(numbers[0]),
                  Integer.parseInt(numbers[1]),
                  Long.parseLong(numbers[2]),
                  Long.parseLong(numbers[3]) * PAGE,
                  List.of()))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /// `0, GPU-5f1c, 37, 1024, 40960, NVIDIA A40`.
  private static Optional<Listed> gpu(String text) {
    String[] cells = text.split(", ", 6);
    try {
      return cells.length == 6
          ? Optional.of(
              new Listed(
                  cells[1],
                  new GpuUse(
                      Integer.parseInt(cells[0]),
                      cells[5],
                      Math.clamp(Integer.parseInt(cells[2]), 0, 100),
                      Long.parseLong(cells[3]),
                      Long.parseLong(cells[4]))))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty(); // such as [N/A]
    }
  }

  /// @param visible `CUDA_VISIBLE_DEVICES` of the job: numbers, or identities
  private Optional<NodeUse> end(String node, String visible) {
    NodeUse use = begun.remove(node);
    List<Listed> all = listed.getOrDefault(node, List.of());
    listed.remove(node);
    if (use == null) {
      return Optional.empty();
    }
    List<String> own = Arrays.asList(visible.split(",", -1));
    List<GpuUse> gpus =
        all.stream()
            .filter(one ->
                own.contains(Integer.toString(one.gpu().index())) || own.contains(one.uuid()))
            .map(Listed::gpu)
            .toList();
    return Optional.of(
        new NodeUse(
            node, use.seconds(), use.processes(), use.cpuMilliseconds(), use.memoryBytes(), gpus));
  }
}
