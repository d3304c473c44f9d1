package dev.skiff.runtime.gpu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Which of a host's GPUs a job may use, when that is said by numbers.
///
/// Where Slurm confines devices, `CUDA_VISIBLE_DEVICES` counts from 0 among a job's own GPUs, so
/// the node's numbers are taken from Slurm first.
///
/// @param numbers those of `/dev/nvidiaN`; empty for all
record GpuSelection(List<Integer> numbers) {

  private static final String CUDA = "CUDA_VISIBLE_DEVICES";
  private static final String[] SOURCES = {
    "SLURM_STEP_GPUS", "SLURM_JOB_GPUS", CUDA, "NVIDIA_VISIBLE_DEVICES"
  };
  private static final int MOST_DIGITS = 4;

  static GpuSelection of(Map<String, String> environment) {
    for (String source : SOURCES) {
      String value = environment.getOrDefault(source, "");
      List<Integer> numbers = numbers(value);
      if (!numbers.isEmpty()) {
        return new GpuSelection(List.copyOf(numbers));
      }
    }
    return new GpuSelection(List.of());
  }

  /// Nothing unless every part is a number: `all`, UUIDs and MIG names select no device node.
  private static List<Integer> numbers(String value) {
    List<Integer> numbers = new ArrayList<>();
    int start = 0;
    while (start <= value.length()) {
      int comma = value.indexOf(',', start);
      int end = comma < 0 ? value.length() : comma;
      int number = number(value.substring(start, end));
      if (number < 0) {
        return List.of();
      }
      if (!numbers.contains(number)) {
        numbers.add(number);
      }
      start = end + 1;
    }
    return numbers;
  }

  private static int number(String digits) {
    if (digits.isEmpty() || digits.length() > MOST_DIGITS) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  /// The nodes of the selected GPUs and all that belong to no single one; all when a selected GPU
  /// has no node, because then the numbers mean something else.
  List<Path> among(List<Path> nodes) {
    for (int number : numbers) {
      if (!nodes.contains(node(number))) {
        return nodes;
      }
    }
    List<Path> selected = new ArrayList<>();
    for (Path node : nodes) {
      int number = number(node.getFileName().toString().substring("nvidia".length()));
      if (number < 0 || numbers.isEmpty() || numbers.contains(number)) {
        selected.add(node);
      }
    }
    return selected;
  }

  private static Path node(int number) {
    return Path.of("/dev/nvidia" + number);
  }

  /// CUDA counts from 0 among the GPUs it can open, so the caller's numbers are wrong once others
  /// are hidden.
  Map<String, String> variables(List<Path> all, List<Path> selected) {
    if (numbers.isEmpty() || selected.size() == all.size()) {
      return Map.of();
    }
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < numbers.size(); i++) {
      list.append(i == 0 ? "" : ",").append(i);
    }
    return Map.of(CUDA, list.toString());
  }
}
