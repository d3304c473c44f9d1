package dev.skiff.runtime.slurm;

import dev.skiff.runtime.job.JobState;
import java.util.Map;

/// Slurm's words for states and reasons, in ours.
final class SlurmStates {

  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("None", ""),
          Map.entry("Resources", "waits for resources to become free"),
          Map.entry("Priority", "jobs with a higher priority come first"),
          Map.entry("Dependency", "waits for another job"),
          Map.entry("DependencyNeverSatisfied", "the job it waits for ended otherwise"),
          Map.entry("BeginTime", "its time to begin has not come"),
          Map.entry("JobArrayTaskLimit", "as many tasks of its array run as may at once"),
          Map.entry("JobHeldUser", "is held by its owner"),
          Map.entry("JobHeldAdmin", "is held by an administrator"),
          Map.entry("PartitionTimeLimit", "asks for more time than its partition allows"),
          Map.entry("PartitionNodeLimit", "asks for more nodes than its partition has"),
          Map.entry("PartitionDown", "its partition is down"),
          Map.entry("PartitionInactive", "its partition is inactive"),
          Map.entry("ReqNodeNotAvail", "a node it asks for is not available"),
          Map.entry("Reservation", "waits for its reservation"),
          Map.entry("Licenses", "waits for a licence"),
          Map.entry("QOSMaxGRESPerUser", "you use as many GPUs as the quality of service allows"),
          Map.entry(
              "QOSMaxJobsPerUserLimit", "you run as many jobs as the quality of service allows"),
          Map.entry("AssocGrpGRES", "your group uses as many GPUs as it may"),
          Map.entry("AssocMaxJobsLimit", "you run as many jobs as you may"),
          Map.entry("NodeDown", "its node is down"),
          Map.entry("TimeLimit", "its time was over"),
          Map.entry("NonZeroExitCode", ""),
          Map.entry("OutOfMemory", "out of memory"),
          Map.entry("launch_failed_requeued_held", "could not be started, and is held"));

  private SlurmStates() {}

  /// @param word of `squeue` or `sacct`, such as `RUNNING` or `CANCELLED by 1001`
  static JobState state(String word) {
    int blank = word.indexOf(' ');
    return switch (blank < 0 ? word : word.substring(0, blank)) {
      case "PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD" ->
          JobState.PENDING;
      case "CONFIGURING" -> JobState.STARTING;
      case "COMPLETING", "STAGE_OUT", "SIGNALING" -> JobState.ENDING;
      case "COMPLETED" -> JobState.SUCCEEDED;
      case "FAILED" -> JobState.FAILED;
      case "TIMEOUT", "DEADLINE" -> JobState.TIMEOUT;
      case "OUT_OF_MEMORY" -> JobState.OOM;
      case "CANCELLED" -> JobState.CANCELLED;
      case "PREEMPTED" -> JobState.PREEMPTED;
      case "NODE_FAIL", "BOOT_FAIL", "REVOKED" -> JobState.LOST;
      default -> JobState.RUNNING; // RUNNING, SUSPENDED, RESIZING, STOPPED
    };
  }

  /// A reason in words; Slurm's own word where we have none.
  static String reason(String word) {
    int comma = word.indexOf(',');
    String known = REASONS.get(comma < 0 ? word : word.substring(0, comma));
    return known == null ? limit(word) : known;
  }

  /// The families of limits have hundreds of words: `explain` tells each.
  private static String limit(String word) {
    if (word.startsWith("QOS")) {
      return "its quality of service limits it (%s): see skiff explain".formatted(word);
    }
    return word.startsWith("Assoc")
        ? "your account limits it (%s): see skiff explain".formatted(word)
        : word;
  }

  /// What a shell would say of `7:0` or `0:9`.
  static int code(String exitCode) {
    int colon = exitCode.indexOf(':');
    if (!exitCode.matches("[0-9]{1,3}:[0-9]{1,3}")) {
      return 0;
    }
    int signal = Integer.parseInt(exitCode.substring(colon + 1));
    return signal > 0 ? 128 + signal : Integer.parseInt(exitCode.substring(0, colon));
  }
}
