package dev.skiff.cli;

import dev.skiff.cli.output.JobListing;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.schedule.JobReport;
import dev.skiff.runtime.job.schedule.JobWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
      "  skiff ps --watch            # until all that are shown have ended; Ctrl-C ends it sooner",
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
      names = {"-w", "--watch"},
      arity = "0..1",
      fallbackValue = "5",
      paramLabel = "SECONDS",
      description = "Show them again and again, every 5 seconds if no other number is said.")
  private int seconds;

  @Option(
      names = "--forget",
      description = "Remove the records, with their logs, of jobs that have ended.")
  private boolean forget;

  @Parameters(paramLabel = "JOB", description = "Only these.")
  private List<String> names = List.of();

  private final Set<Problem> told = new HashSet<>();

  @Override
  int run(Terminal terminal) {
    JobSession session = JobSession.open();
    if (forget) {
      return forget(session, terminal);
    }
    if (seconds == 0) {
      List<JobReport> shown = look(session, terminal);
      Instant now = Instant.now();
      terminal.show(json ? JobListing.json(shown) : JobListing.table(shown, now));
      return ExitCode.DONE.status();
    }
    return watch(session, terminal);
  }

  private List<JobReport> look(JobSession session, Terminal terminal) {
    List<JobRecord> records =
        names.isEmpty()
            ? session.store().list()
            : names.stream().map(name -> session.find(name).record()).toList();
    JobWatch watch = session.watch();
    List<JobReport> reports = watch.look(records);
    watch.troubles().stream().filter(told::add).forEach(terminal::warn);
    Instant now = Instant.now();
    return all || !names.isEmpty()
        ? reports
        : reports.stream().filter(report -> isCurrent(report, now)).toList();
  }

  private int forget(JobSession session, Terminal terminal) {
    all = true;
    List<JobReport> reports = look(session, terminal);
    List<JobReport> ended =
        reports.stream().filter(report -> report.status().state().isFinal()).toList();
    ended.forEach(report -> session.store().forget(report.record()));
    terminal.inform("forgot %d of %d jobs".formatted(ended.size(), reports.size()));
    return ExitCode.DONE.status();
  }

  /// Shows them over the last time on a terminal, and elsewhere below it; asks the scheduler once
  /// each time.
  private int watch(JobSession session, Terminal terminal) {
    if (seconds < 1 || seconds > 3600) {
      throw JobRequestReader.usage("--watch", Integer.toString(seconds), "write 1 to 3600 seconds");
    }
    boolean live = terminal.outKind() == Terminal.Kind.LIVE && !json;
    while (true) {
      List<JobReport> shown = look(session, terminal);
      String text = json ? JobListing.json(shown) : JobListing.table(shown, Instant.now());
      terminal.show(live ? "\u001b[H\u001b[J" + text : text);
      boolean over = shown.stream().allMatch(report -> report.status().state().isFinal());
      if (over || terminal.out().checkError()) { // also "skiff ps --watch | head"
        return ExitCode.DONE.status();
      }
      try {
        Thread.sleep(Duration.ofSeconds(seconds));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return ExitCode.TRY_AGAIN.status();
      }
    }
  }

  private static boolean isCurrent(JobReport report, Instant now) {
    return !report.status().state().isFinal()
        || report.status().ended().orElse(report.record().submitted()).isAfter(now.minus(RECENT));
  }
}
