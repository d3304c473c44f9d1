package dev.skiff.runtime.slurm.fit;

import dev.skiff.runtime.job.JobAmounts;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.script.UserScript;
import dev.skiff.runtime.slurm.cluster.GpuCount;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What is asked for: by the request, else by the `#SBATCH` lines of a script of the user's own;
/// what `--slurm` says goes before both.
final class Asked {

  private Asked() {}

  static List<String> queues(JobRequest request) {
    String own = raw(request, "partition", 'p');
    List<String> said = own.isEmpty() ? request.placement().queues() : List.of();
    own = own.isEmpty() && said.isEmpty() ? line(request, "partition", 'p') : own;
    return own.isEmpty() ? said : Arrays.asList(own.split(",", -1));
  }

  static Optional<Duration> time(JobRequest request) {
    String raw = raw(request, "time", 't');
    if (raw.isEmpty() && request.limits().time().isPresent()) {
      return request.limits().time();
    }
    try {
      String own = raw.isEmpty() ? line(request, "time", 't') : raw;
      return own.isEmpty() ? Optional.empty() : Optional.of(JobAmounts.time(own));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // Slurm says what it thinks of it
    }
  }

  /// A priority of the site's own is one, too.
  static String quality(JobRequest request) {
    String priority = request.placement().priority();
    boolean ours = priority.equals("low") || priority.equals("normal");
    String said = request.placement().quality();
    return first(raw(request, "qos", 'q'), said, ours ? "" : priority, line(request, "qos", 'q'));
  }

  static String account(JobRequest request) {
    return first(
        raw(request, "account", 'A'), request.placement().account(), line(request, "account", 'A'));
  }

  /// GPUs on all nodes together, as far as that can be told.
  static int gpus(JobRequest request) {
    int nodes = Math.max(1, request.resources().nodes());
    if (request.resources().gpus() > 0) {
      return request.resources().gpus() * nodes;
    }
    String gres = either(request, "gres", ' ');
    if (!gres.isEmpty()) {
      return count(gres);
    }
    String number = first(either(request, "gpus-per-node", ' '), either(request, "gpus", 'G'));
    return number.isEmpty() ? 0 : count("gpu:" + number);
  }

  private static int count(String gres) {
    return GpuCount.asked(gres).stream().mapToInt(GpuCount::total).sum();
  }

  /// What stands in the script of the user's own.
  private static String line(JobRequest request, String name, char letter) {
    return request.workload() instanceof Workload.Script script
        ? UserScript.directive(script.directives(), name, letter)
        : "";
  }

  /// What `--slurm` says, which comes last and so counts.
  private static String raw(JobRequest request, String name, char letter) {
    return UserScript.directive(List.of(String.join(" ", request.rawOptions())), name, letter);
  }

  private static String either(JobRequest request, String name, char letter) {
    return first(raw(request, name, letter), line(request, name, letter));
  }

  private static String first(String... values) {
    for (String value : values) {
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }
}
