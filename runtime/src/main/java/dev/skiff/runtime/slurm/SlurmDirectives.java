package dev.skiff.runtime.slurm;

import dev.skiff.runtime.job.Dependency;
import dev.skiff.runtime.job.JobAmounts;
import dev.skiff.runtime.job.JobArray;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Placement;
import dev.skiff.runtime.job.Resources;
import dev.skiff.runtime.job.TimeLimits;
import dev.skiff.runtime.job.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A request as `#SBATCH` lines. The user's own come first: of two that say the same, the later
/// counts.
final class SlurmDirectives {

  private final List<String> lines = new ArrayList<>();

  private SlurmDirectives() {}

  /// @param bare the word of `--export` for a container's job
  static List<String> of(JobRequest request, String bare) {
    SlurmDirectives directives = new SlurmDirectives();
    if (request.workload() instanceof Workload.Script script) {
      script.directives().forEach(line -> directives.lines.add("#SBATCH " + line));
    }
    directives.put("job-name", request.name().text());
    directives.resources(request.resources());
    directives.placement(request.placement());
    directives.limits(request.limits());
    request.array().map(JobArray::text).ifPresent(array -> directives.put("array", array));
    directives.dependencies(request.after());
    if (request.workload() instanceof Workload.Contained) {
      directives.put("export", bare);
    }
    directives.put("open-mode", "append");
    directives.put("comment", "skiff/1");
    directives.raw(request.rawOptions());
    return directives.lines;
  }

  private void put(String option, String value) {
    if (!value.isEmpty()) {
      lines.add("#SBATCH --" + option + "=" + word("--" + option, value));
    }
  }

  private void put(String option, long value) {
    put(option, value == 0 ? "" : Long.toString(value));
  }

  private void resources(Resources resources) {
    put("nodes", resources.nodes());
    put("ntasks", resources.tasks());
    put("cpus-per-task", resources.cpus());
    put("mem", resources.memoryMegabytes() == 0 ? "" : resources.memoryMegabytes() + "M");
    if (resources.gpus() > 0) {
      String type = resources.gpuType().isEmpty() ? "" : resources.gpuType() + ":";
      put("gres", "gpu:" + type + resources.gpus());
    }
  }

  private void placement(Placement placement) {
    put("partition", String.join(",", placement.queues()));
    put("constraint", placement.constraint());
    put("account", placement.account());
    put("reservation", placement.reservation());
    put("nodelist", placement.node());
    String priority = placement.priority();
    String quality = placement.quality();
    if (priority.equals("low")) {
      put("nice", "10000");
    } else if (quality.isEmpty() && !priority.equals("normal")) {
      quality = priority; // a name of the site's
    }
    put("qos", quality);
  }

  private void limits(TimeLimits limits) {
    limits.time().ifPresent(time -> put("time", JobAmounts.slurm(time)));
    limits.warning().ifPresent(warning -> put("signal", "B:USR1@" + warning.before().toSeconds()));
    lines.add(limits.rerunOn().isEmpty() ? "#SBATCH --no-requeue" : "#SBATCH --requeue");
  }

  private void dependencies(List<Dependency> after) {
    if (!after.isEmpty()) {
      put(
          "dependency",
          after.stream()
              .map(one -> one.when().slurm() + ":" + one.nativeId())
              .collect(Collectors.joining(",")));
      put("kill-on-invalid-dep", "yes");
    }
  }

  /// Each word that begins with a dash begins a line.
  private void raw(List<String> words) {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      if (word.startsWith("-") && !line.isEmpty()) {
        lines.add("#SBATCH " + line);
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word("--slurm", word));
    }
    if (!line.isEmpty()) {
      lines.add("#SBATCH " + line);
    }
  }

  /// sbatch splits such lines itself, and no two of its versions escape alike: what would need more
  /// than a pair of quotes is refused.
  static String word(String option, String value) {
    boolean plain = true;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\'' || c == '\\' || c < 0x20 || c == 0x7f) {
        throw SlurmProblems.unwritable(option, value);
      }
      plain &= c != ' ' && c != '#';
    }
    return plain && !value.isEmpty() ? value : '"' + value + '"';
  }
}
