package dev.skiff.runtime.slurm.explain;

import dev.skiff.runtime.slurm.cluster.GpuCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a job asks for on each node, for people.
final class NeedWords {

  private NeedWords() {}

  /// `2 a40, 8 CPUs and 64 GB, with a40|a100`.
  static String of(QueuedJob.Need need) {
    List<String> parts = new ArrayList<>();
    for (GpuCount gpu : need.gpus()) {
      parts.add("%d %s".formatted(gpu.total(), gpu.type().isEmpty() ? "GPU" : gpu.type()));
    }
    parts.add(need.cpus() == 1 ? "1 CPU" : need.cpus() + " CPUs");
    if (need.memoryMegabytes() > 0) {
      parts.add(String.format(Locale.ROOT, "%.1f GB", need.memoryMegabytes() / 1024.0));
    }
    String features = need.constraint().isEmpty() ? "" : ", with " + need.constraint();
    String named = need.named().isEmpty() ? "" : ", on " + need.named();
    return String.join(", ", parts) + features + named;
  }
}
