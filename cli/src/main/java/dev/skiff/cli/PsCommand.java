package dev.skiff.cli;

import dev.skiff.cli.output.JobListing;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.schedule.JobReport;
import dev.skiff.runtime.job.schedule.JobWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff ps`: the caller's jobs.
@Command(
    name = "ps",
    description = "Show jobs: those that wait or run, and those that ended within the last hour.",
    footer = {
      "",
      "Examples:",
      "  skiff ps",
      "  skiff ps -a --json",
      "  skiff ps --forget           # remove the records and logs of all that have ended"
    })
final class PsCommand extends Subcommand {

  private static final Duration RECENT = Duration.ofHours(1);

  @Option(
      names = {"-a", "--all"},
      description = "All that there are records of.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--forget",
      description = "Remove the records, with their logs, of jobs that have ended.")
  private boolean forget;

  @Parameters(paramLabel = "JOB", description = "Only these.")
  private List<String> names = List.of();

  @Override
  int run(Terminal terminal) {
    JobSession session = JobSession.open();
    List<JobRecord> records =
        names.isEmpty()
            ? session.store().list()
            : names.stream().map(name -> session.store().find(name).record()).toList();
    JobWatch watch = session.watch();
    List<JobReport> reports = watch.look(records);
    JobSession.tellTroubles(watch, terminal);
    if (forget) {
      List<JobReport> ended =
          reports.stream().filter(report -> report.status().state().isFinal()).toList();
      ended.forEach(report -> session.store().forget(report.record()));
      terminal.inform("forgot %d of %d jobs".formatted(ended.size(), reports.size()));
      return ExitCode.DONE.status();
    }
    Instant now = Instant.now();
    List<JobReport> shown =
        all || !names.isEmpty()
            ? reports
            : reports.stream().filter(report -> isCurrent(report, now)).toList();
    terminal.show(json ? JobListing.json(shown) : JobListing.table(shown, now));
    return ExitCode.DONE.status();
  }

  private static boolean isCurrent(JobReport report, Instant now) {
    return !report.status().state().isFinal()
        || report.status().ended().orElse(report.record().submitted()).isAfter(now.minus(RECENT));
  }
}
