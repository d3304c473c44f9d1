package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.record.JobSelection;
import dev.skiff.runtime.job.record.JobStore;
import dev.skiff.runtime.job.schedule.JobReport;
import dev.skiff.runtime.job.schedule.JobWatch;
import dev.skiff.runtime.job.schedule.Scheduler;
import dev.skiff.runtime.slurm.SlurmCommand;
import dev.skiff.runtime.slurm.SlurmScheduler;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff cancel`: ends jobs, or sends them a signal.
@Command(
    name = "cancel",
    description = "End jobs: SIGTERM to the payload, and SIGKILL after a grace.",
    footer = {
      "",
      "Examples:",
      "  skiff cancel -                        # the latest",
      "  skiff cancel --task 3 alice-brisk-7f3",
      "  skiff cancel --signal USR1 brisk      # only the signal; the job goes on"
    })
final class CancelCommand extends Subcommand {

  @Option(
      names = "--signal",
      paramLabel = "SIGNAL",
      description = "Send this to the payload, and end nothing.")
  private String signal = "";

  @Option(names = "--now", description = "SIGKILL at once.")
  private boolean now;

  @Option(names = "--task", paramLabel = "N", description = "One task of an array.")
  private int task = -1;

  @Parameters(
      paramLabel = "JOB",
      arity = "1..*",
      description = "A name, or the beginning of one, slurm:NUMBER, or - for the latest.")
  private List<String> names = List.of();

  @Override
  int run(Terminal terminal) {
    JobSession session = JobSession.open();
    int status = ExitCode.DONE.status();
    for (String name : names) {
      try {
        cancel(session, name, terminal);
      } catch (ProblemException e) { // the others are to be cancelled all the same
        terminal.fail(e.problem());
        status = status == 0 ? e.exitCode().status() : status;
      }
    }
    return status;
  }

  private void cancel(JobSession session, String name, Terminal terminal) {
    JobSelection selected;
    try {
      selected = session.findHere(name);
    } catch (ProblemException e) {
      cancelUnrecorded(session, name, terminal, e);
      return;
    }
    selected = task < 0 ? selected : selected.task(task);
    JobRecord job = selected.record();
    JobWatch watch = session.watch();
    JobReport report = watch.look(List.of(job)).getFirst();
    if (report.status().state().isFinal()) {
      terminal.inform("%s has ended already: %s".formatted(job.name(), report.status().state()));
      return;
    }
    String word = now ? "KILL" : signalName();
    boolean ends = now || word.isEmpty() || word.equals("TERM") || word.equals("KILL");
    if (ends && selected.task().isEmpty()) {
      JobStore.writeFile(session.store().files(job, OptionalInt.empty()).cancelled(), "");
    }
    // the record may have got its number while it was looked at
    JobRecord current = session.find(job.name().text()).record();
    Scheduler scheduler = session.scheduler(job.backend());
    scheduler.cancel(current, selected.task(), word);
    String what =
        job.name().text() + (selected.task().isPresent() ? "_" + selected.task().getAsInt() : "");
    terminal.inform(
        ends ? "%s is told to end".formatted(what) : "%s gets SIG%s".formatted(what, word));
  }

  /// Of Slurm's jobs that Skiff did not submit.
  private static void cancelUnrecorded(
      JobSession session, String name, Terminal terminal, ProblemException unknown) {
    boolean installed = SlurmCommand.of(session.environment()).find("scancel").isPresent();
    if (!installed || !name.matches("(slurm:)?[0-9]{1,12}(_[0-9]{1,7})?")) {
      throw unknown;
    }
    String number = name.substring(name.indexOf(':') + 1);
    new SlurmScheduler(session.environment(), java.nio.file.Path.of("skiff"))
        .cancelUnrecorded(number);
    terminal.inform("slurm:%s is told to end".formatted(number));
  }

  private String signalName() {
    String upper = signal.toUpperCase(Locale.ROOT);
    String bare = upper.startsWith("SIG") ? upper.substring(3) : upper;
    if (!bare.matches("[A-Z0-9]{0,9}")) {
      throw new ProblemException(
          new Problem(
              "cannot send the signal '%s'".formatted(signal),
              "there is no such signal",
              "write a name such as USR1"),
          ExitCode.USAGE);
    }
    return bare;
  }
}
