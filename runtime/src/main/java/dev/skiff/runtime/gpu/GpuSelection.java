package dev.skiff.runtime.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Which of a host's GPUs a job may use.
///
/// Where Slurm confines devices, `CUDA_VISIBLE_DEVICES` counts from 0 among a job's own GPUs, so
/// the node's numbers are taken from Slurm first.
final class GpuSelection {

  private static final String CUDA = "CUDA_VISIBLE_DEVICES";
  private static final String NVIDIA = "NVIDIA_VISIBLE_DEVICES";
  private static final String[] SLURM = {"SLURM_STEP_GPUS", "SLURM_JOB_GPUS"};

  /// All that a selection is made from.
  static final List<String> VARIABLES = List.of(SLURM[0], SLURM[1], CUDA, NVIDIA);

  private static final String NODE = "nvidia";
  private static final String MIG = "MIG-";

  /// Minor numbers, in the order in which they were named.
  private final List<Integer> minors;

  private final boolean all;
  private final boolean numbered;
  private final List<NvidiaGpu> gpus;

  private GpuSelection(List<Integer> minors, boolean all, boolean numbered, List<NvidiaGpu> gpus) {
    this.minors = minors;
    this.all = all;
    this.numbered = numbered;
    this.gpus = gpus;
  }

  /// What a caller's variables select.
  ///
  /// @param gpus all of the host, in the order in which numbers count them; empty when unknown:
  ///   then numbers are those of the nodes
  static GpuSelection of(Map<String, String> environment, List<NvidiaGpu> gpus) {
    for (String source : SLURM) { // Slurm's are those of the nodes in gres.conf
      List<Integer> minors = minors(environment.getOrDefault(source, ""), List.of());
      if (!minors.isEmpty()) {
        return new GpuSelection(minors, false, true, gpus);
      }
    }
    for (String source : new String[] {CUDA, NVIDIA}) {
      String value = environment.getOrDefault(source, "");
      List<Integer> minors = minors(value, gpus);
      if (!minors.isEmpty() || meansNone(value)) {
        boolean numbers = source.equals(CUDA) && NvidiaGpu.number(first(value)) >= 0;
        return new GpuSelection(minors, false, numbers, gpus);
      }
    }
    return new GpuSelection(List.of(), true, false, gpus);
  }

  private static boolean meansNone(String value) {
    return switch (value) {
      case "none", "void", "NoDevFiles", "-1" -> true;
      default -> false;
    };
  }

  private static String first(String list) {
    int comma = list.indexOf(',');
    return comma < 0 ? list : list.substring(0, comma);
  }

  /// Nothing unless every part names a GPU that can be told: `all`, and instances by a UUID of
  /// their own, select no device node.
  private static List<Integer> minors(String value, List<NvidiaGpu> gpus) {
    List<Integer> minors = new ArrayList<>();
    int start = 0;
    while (start <= value.length()) {
      int comma = value.indexOf(',', start);
      int end = comma < 0 ? value.length() : comma;
      int minor = minor(value.substring(start, end), gpus);
      if (minor < 0) {
        return List.of();
      }
      if (!minors.contains(minor)) {
        minors.add(minor);
      }
      start = end + 1;
    }
    return minors;
  }

  private static int minor(String item, List<NvidiaGpu> gpus) {
    int number = NvidiaGpu.number(item);
    if (number >= 0) {
      return number < gpus.size() ? gpus.get(number).minor() : number;
    }
    String name = item.startsWith(MIG) ? item.substring(MIG.length()) : item;
    int slash = name.indexOf('/'); // MIG-GPU-UUID/3/0: an instance of that GPU
    String uuid = slash < 0 ? name : name.substring(0, slash);
    int found = -1;
    for (NvidiaGpu gpu : gpus) {
      if (uuid.length() > "GPU-".length() && gpu.uuid().startsWith(uuid)) {
        found = found < 0 ? gpu.minor() : Integer.MAX_VALUE; // two: an abbreviation too short
      }
    }
    return found == Integer.MAX_VALUE ? -1 : found;
  }

  /// The nodes of the selected GPUs and all that belong to no single one; all when a selected GPU
  /// has no node, because then the numbers mean something else.
  List<String> among(List<String> nodes) {
    if (all) {
      return nodes;
    }
    for (int minor : minors) {
      if (!nodes.contains(NODE + minor)) {
        return nodes;
      }
    }
    List<String> selected = new ArrayList<>();
    for (String node : nodes) {
      int number = node.startsWith(NODE) ? NvidiaGpu.number(node.substring(NODE.length())) : -1;
      if (number < 0 || minors.contains(number)) {
        selected.add(node);
      }
    }
    return selected;
  }

  /// Whether a GPU is selected.
  boolean has(NvidiaGpu gpu) {
    return all || minors.contains(gpu.minor());
  }

  /// CUDA counts from 0 among the GPUs it can open, so the caller's numbers are wrong once others
  /// are hidden. UUIDs stay right.
  Map<String, String> variables(List<String> nodes, List<String> selected) {
    if (all || minors.isEmpty() || !numbered || selected.size() == nodes.size()) {
      return Map.of();
    }
    List<Integer> visible = new ArrayList<>();
    for (NvidiaGpu gpu : gpus) {
      if (minors.contains(gpu.minor())) {
        visible.add(gpu.minor());
      }
    }
    if (visible.size() != minors.size()) {
      visible = new ArrayList<>(minors);
      visible.sort(null);
    }
    StringBuilder list = new StringBuilder();
    for (int minor : minors) {
      list.append(list.isEmpty() ? "" : ",").append(visible.indexOf(minor));
    }
    return Map.of(CUDA, list.toString());
  }
}
