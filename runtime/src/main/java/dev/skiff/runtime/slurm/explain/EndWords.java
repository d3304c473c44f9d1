package dev.skiff.runtime.slurm.explain;

import dev.skiff.runtime.slurm.explain.Explanation.Remedy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What there is to say of a job that waits no more.
final class EndWords {

  /// @param state what is said of the job
  /// @param remedy may be empty
  private record Words(String state, String remedy) {}

  private EndWords() {}

  static Explanation of(QueuedJob job, Instant now) {
    return switch (job.state()) {
      case "RUNNING" -> running(job, now);
      case "CONFIGURING" ->
          plain(job, new Words("starts: its nodes are being prepared", "wait a minute"));
      case "COMPLETING" -> plain(job, new Words("is ending", ""));
      case "SUSPENDED", "STOPPED" ->
          plain(job, new Words("is suspended: others have its place for now", ""));
      default -> plain(job, ended(job));
    };
  }

  private static Words ended(QueuedJob job) {
    return switch (job.state()) {
      case "COMPLETED" -> new Words("has ended well", "");
      case "FAILED" -> new Words("has failed", "skiff logs shows what it said last");
      case "TIMEOUT", "DEADLINE" ->
          new Words(
              "was ended, because its time was over: it had "
                  + job.time().map(Lengths::words).orElse("no limit"),
              "ask for more with -t, or let it write checkpoints and run again: --warn, --rerun-on"
                  + " timeout");
      case "OUT_OF_MEMORY" ->
          new Words("was ended, because it used more memory than it had", "ask for more with -m");
      case "CANCELLED" -> new Words("was cancelled", "");
      case "PREEMPTED" ->
          new Words(
              "was stopped, because others needed the room",
              "use a partition that stops no jobs, or --rerun-on preempt");
      case "NODE_FAIL", "BOOT_FAIL" ->
          new Words("was lost with its node, which failed", "submit it again");
      default -> new Words("is " + job.state(), "");
    };
  }

  private static Explanation running(QueuedJob job, Instant now) {
    Optional<Duration> left = job.end().map(end -> Duration.between(now, end));
    return new Explanation(
        "runs on %s%s"
            .formatted(
                job.nodes(),
                job.start()
                    .map(start -> ", since " + Lengths.words(Duration.between(start, now)))
                    .orElse("")),
        job.state(),
        "",
        left.filter(length -> !length.isNegative() && job.time().isPresent())
            .map(length -> "it must end within " + Lengths.words(length))
            .orElse(""),
        List.of(),
        List.of());
  }

  private static Explanation plain(QueuedJob job, Words words) {
    List<Remedy> remedies =
        words.remedy().isEmpty() ? List.of() : List.of(new Remedy(words.remedy(), ""));
    return new Explanation(words.state(), job.state(), "", "", List.of(), remedies);
  }
}
