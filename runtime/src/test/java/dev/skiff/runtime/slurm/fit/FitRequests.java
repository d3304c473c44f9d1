package dev.skiff.runtime.slurm.fit;

import dev.skiff.runtime.job.JobAmounts;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Placement;
import dev.skiff.runtime.job.TimeLimits;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Requests that a check is tried with.
final class FitRequests {

  private FitRequests() {}

  /// The same with options of sbatch's.
  static JobRequest raw(JobRequest plain, List<String> options) {
    return new JobRequest(
        plain.name(),
        plain.workload(),
        plain.directory(),
        plain.environment(),
        plain.resources(),
        plain.placement(),
        plain.limits(),
        plain.array(),
        plain.after(),
        plain.output(),
        options,
        "");
  }

  /// A request at another place and with another time.
  ///
  /// @param time as typed; empty for none
  static JobRequest of(JobRequest plain, Placement placement, String time) {
    return new JobRequest(
        plain.name(),
        plain.workload(),
        plain.directory(),
        plain.environment(),
        plain.resources(),
        placement,
        new TimeLimits(
            time.isEmpty() ? Optional.empty() : Optional.of(JobAmounts.time(time)),
            Optional.empty(),
            TimeLimits.NONE.grace(),
            Set.of(),
            0),
        plain.array(),
        plain.after(),
        plain.output(),
        plain.rawOptions(),
        "");
  }
}
