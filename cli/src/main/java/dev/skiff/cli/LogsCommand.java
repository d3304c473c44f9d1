package dev.skiff.cli;

import dev.skiff.cli.output.JobLog;
import dev.skiff.cli.output.JobLog.Streams;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.JobAmounts;
import dev.skiff.runtime.job.JobState;
import dev.skiff.runtime.job.record.JobSelection;
import dev.skiff.runtime.job.record.RunFiles;
import dev.skiff.runtime.job.schedule.JobReport;
import dev.skiff.runtime.job.schedule.JobWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff logs`: what a job printed.
@Command(
    name = "logs",
    description = "Show what a job printed, while it runs or long after.",
    footer = {
      "",
      "Examples:",
      "  skiff logs -f -                  # the latest, until it ends",
      "  skiff logs --timestamps --since 10m brisk",
      "  skiff logs --stderr --task 3 brisk"
    })
final class LogsCommand extends Subcommand {

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the job has ended.")
  private boolean follow;

  @Option(
      names = {"-t", "--timestamps"},
      description = "The time before each line, to the second.")
  private boolean timestamps;

  @Option(names = "--stdout", description = "Only standard output.")
  private boolean onlyOut;

  @Option(names = "--stderr", description = "Only standard error.")
  private boolean onlyErr;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only what is not older, such as 10m.")
  private String since = "";

  @Option(names = "--task", paramLabel = "N", description = "One task of an array.")
  private int task = -1;

  @Parameters(
      paramLabel = "JOB",
      description = "A name, or the beginning of one, slurm:NUMBER, or - for the latest.")
  private String name = "-";

  @Override
  int run(Terminal terminal) {
    JobSession session = JobSession.open();
    JobSelection found = session.find(name);
    JobSelection selected = task < 0 ? found : found.task(task);
    if (selected.task().isEmpty() && selected.record().request().array().isPresent()) {
      throw new ProblemException(
          new Problem(
              "cannot show the log of '%s'".formatted(name),
              "it is an array, and each of its tasks has a log of its own",
              "name one: skiff logs --task %d %s"
                  .formatted(selected.record().request().array().get().indices().getFirst(), name)),
          ExitCode.USAGE);
    }
    RunFiles files = session.store().files(selected.record(), selected.task());
    JobLog log =
        JobLog.of(files)
            .only(onlyOut == onlyErr ? Streams.BOTH : onlyOut ? Streams.OUT : Streams.ERR)
            .since(since.isEmpty() ? Instant.MIN : Instant.now().minus(age()));
    if (timestamps) {
      log = log.withTimes();
    }
    if (follow) {
      return new JobFollowing(session, terminal)
          .follow(selected.record(), selected.task(), log.follow(terminal.out()));
    }
    if (!log.exists()) {
      tellWhyNot(session, selected, terminal);
      return ExitCode.DONE.status();
    }
    log.show(terminal.out());
    RunFiles.fields(files.exit())
        .filter(fields -> fields.containsKey("full"))
        .ifPresent(fields -> terminal.warn(cut(selected)));
    return ExitCode.DONE.status();
  }

  private static Problem cut(JobSelection job) {
    return new Problem(
        "the log of '%s' may be cut off".formatted(job.record().name()),
        "the disk that it is on was full when the job ended",
        "make room, and run it again");
  }

  private Duration age() {
    return JobRequestReader.parsed("--since", since, JobAmounts::time);
  }

  private static void tellWhyNot(JobSession session, JobSelection job, Terminal terminal) {
    JobWatch watch = session.watch();
    JobReport report = watch.look(List.of(job.record())).getFirst();
    JobSession.tellTroubles(watch, terminal);
    boolean waits = report.status().state().compareTo(JobState.RUNNING) < 0;
    terminal.inform(
        "%s has printed nothing%s"
            .formatted(job.record().name(), waits ? " yet: it has not started" : ""));
  }
}
