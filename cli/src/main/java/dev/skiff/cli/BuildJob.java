package dev.skiff.cli;

import dev.skiff.builder.plan.Target;
import dev.skiff.cli.output.JobListing;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.job.JobOutput;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.record.JobStore;
import dev.skiff.runtime.job.schedule.Scheduler;
import dev.skiff.runtime.job.schedule.Submission;
import dev.skiff.runtime.plan.ShellText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// A build that runs as a job: the same words on a node, the log followed, ended with this command.
///
/// @param typed the words of `skiff build`
/// @param job what is asked of the job, as words of `skiff submit`
record BuildJob(Terminal terminal, ParseResult typed, List<String> job) {

  /// Options of the job, which the build on the node must not see.
  private static final Set<String> OF_THE_JOB =
      Set.of("--on", "--profile", "--cpus", "--mem", "--time", "--queue", "--account", "--slurm");

  /// Runs it, and returns the build's own exit status.
  int run(List<Target> targets) {
    SubmitCommand as = new SubmitCommand();
    CommandLine line = new CommandLine(as);
    ParseResult read = line.parseArgs(job.toArray(String[]::new));
    SiteDefaults site =
        SiteDefaults.of(new RegistryOptions().configuration(terminal), as.options().place.profile);
    OptionLayers layers =
        new OptionLayers(line.getCommandSpec(), read)
            .variables(System.getenv())
            .profile(site.profile(), List.of());
    SubmitCommand all = new SubmitCommand();
    layers.readInto(new CommandLine(all), job);
    JobSession session = JobSession.open();
    Workload work =
        new Workload.Script(what(), script(JobSession.launcher()), List.of(), List.of());
    JobRequest request =
        new JobRequestReader(session, all.options(), site).read("", work, JobOutput.IN_RECORD, "");
    Scheduler scheduler = session.scheduler(all.options().place.on);
    new JobChecks(session, terminal).check(request, scheduler.backend());
    terminal.inform(JobListing.asked(request, scheduler.backend()));
    JobRecord record = new Submission(session.store(), scheduler, session.host()).submit(request);
    terminal.inform("the build is the job " + record.name());
    return follow(session, scheduler, record, targets);
  }

  private int follow(
      JobSession session, Scheduler scheduler, JobRecord record, List<Target> targets) {
    AtomicBoolean over = new AtomicBoolean();
    Thread cancel =
        new Thread(() -> {
          if (over.compareAndSet(false, true)) {
            JobStore.writeFile(session.store().files(record, OptionalInt.empty()).cancelled(), "");
            scheduler.cancel(record, OptionalInt.empty(), "");
          }
        });
    Runtime.getRuntime().addShutdownHook(cancel);
    int status = new JobFollowing(session, terminal).follow(record, OptionalInt.empty());
    if (session.watch().ended(record, OptionalInt.empty()).isPresent()) {
      over.set(true);
    }
    return status == 0 ? arrived(record, targets) : status;
  }

  /// Whether what was built is here as well: a node may have disks of its own.
  private int arrived(JobRecord record, List<Target> targets) {
    for (Target target : targets) {
      if (target.name().isEmpty() && !Files.exists(target.path())) {
        terminal.fail(
            new Problem(
                "cannot find '%s' on this machine".formatted(target.path()),
                "the job %s built it on a disk that only its node has".formatted(record.name()),
                "build it where the nodes see it, such as in your home"));
        return ExitCode.PROBLEM.status();
      }
    }
    return ExitCode.DONE.status();
  }

  /// The work as people are told of it.
  private String what() {
    List<String> words = new ArrayList<>(List.of("skiff build"));
    typed.matchedPositionals().forEach(word -> words.addAll(word.originalStringValues()));
    return String.join(" ", words);
  }

  /// A script that runs the same build, wherever the launcher is found.
  private String script(Path launcher) {
    return """
    #!/bin/bash
    skiff=%s
    [ -x "$skiff" ] || skiff=$(command -v skiff) || { echo "error: there is no skiff on $HOSTNAME" >&2; exit 125; }
    exec "$skiff" %s
    """
        .formatted(ShellText.literal(launcher.toString()), ShellText.literals(words()));
  }

  /// The words that were typed, without those of the job.
  List<String> words() {
    List<String> words = new ArrayList<>(globalWords());
    words.add("build");
    for (OptionSpec option : typed.commandSpec().options()) {
      boolean own = Set.of(option.names()).stream().anyMatch(OF_THE_JOB::contains);
      if (own || !typed.hasMatchedOption(option)) {
        continue;
      }
      if (option.arity().max() == 0) {
        words.add(option.longestName());
        continue;
      }
      for (String value : typed.matchedOption(option.longestName()).originalStringValues()) {
        words.addAll(
            option.longestName().startsWith("--")
                ? List.of(option.longestName() + "=" + value)
                : List.of(option.longestName(), value));
      }
    }
    words.add("--");
    for (PositionalParamSpec word : typed.matchedPositionals()) {
      words.addAll(word.originalStringValues());
    }
    return words;
  }

  private List<String> globalWords() {
    List<String> all = typed.originalArgs();
    int own = all.indexOf("build");
    return own < 0 ? List.of() : all.subList(0, own);
  }
}
