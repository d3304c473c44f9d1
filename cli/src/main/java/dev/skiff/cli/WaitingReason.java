package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.JobState;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.schedule.JobReport;
import dev.skiff.runtime.slurm.SlurmCommand;
import dev.skiff.runtime.slurm.SlurmScheduler;
import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.ClusterReader;
import dev.skiff.runtime.slurm.explain.Explainer;
import dev.skiff.runtime.slurm.explain.Explanation;
import dev.skiff.runtime.slurm.explain.QueueReader;
import dev.skiff.runtime.slurm.explain.QueuedJob;
import dev.skiff.runtime.slurm.explain.SlurmJobId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/// Says why one job waits in Slurm's queue, each time the reason has become another.
final class WaitingReason {

  private final SlurmCommand slurm;
  private final Terminal terminal;
  private String seen = "";
  private String told = "";

  WaitingReason(SlurmCommand slurm, Terminal terminal) {
    this.slurm = slurm;
    this.terminal = terminal;
  }

  /// Of a job that was looked at. Nobody is asked again while its reason stays the same.
  void tell(JobReport report) {
    JobRecord record = report.record();
    String reason = report.status().reason();
    boolean waits =
        report.status().state() == JobState.PENDING
            && record.backend().equals(SlurmScheduler.BACKEND);
    if (!waits || reason.isEmpty() || reason.equals(seen)) {
      return;
    }
    seen = reason;
    try {
      List<QueuedJob> queue = QueueReader.read(slurm);
      SlurmJobId.parse(record.nativeId())
          .flatMap(id -> QueueReader.find(queue, id))
          .filter(QueuedJob::isPending)
          .ifPresent(job -> tell(queue, job));
    } catch (ProblemException e) {
      // a busy scheduler: it goes on waiting all the same
    }
  }

  /// Of a job in a queue that was read.
  void tell(List<QueuedJob> queue, QueuedJob job) {
    if (job.reason().equals(told) || job.reason().equals("None")) {
      return;
    }
    told = job.reason();
    Cluster cluster = ClusterReader.read(slurm);
    Explanation explanation =
        new Explainer(cluster, queue, Instant.now(), ZoneId.systemDefault()).explain(job);
    terminal.inform("waits: %s (%s)".formatted(explanation.why(), job.reason()));
    explanation.facts().forEach(fact -> terminal.inform("  " + fact));
    if (!explanation.when().isEmpty()) {
      terminal.inform("  " + explanation.when());
    }
  }
}
