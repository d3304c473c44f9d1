package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.runtime.job.JobOutput;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.schedule.JobPlan;
import dev.skiff.runtime.job.schedule.Scheduler;
import dev.skiff.runtime.job.schedule.Submission;
import dev.skiff.runtime.slurm.SlurmCommand;
import dev.skiff.runtime.slurm.SlurmScheduler;
import dev.skiff.runtime.slurm.inside.JobStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `skiff launch`.
@Command(
    name = "launch",
    description = "Work in a container on a node of the cluster: wait for it, then enter it.",
    customSynopsis = "skiff launch [OPTIONS] IMAGE [--] [COMMAND [ARG...]]",
    footer = {
      "",
      "The job ends when you leave, and when this command is ended; with -b it goes on, and you"
          + " come back by",
      "'skiff attach'. Ends as the command does; with 3 if Slurm refuses, 69 if it cannot be"
          + " reached. Examples:",
      "  skiff launch -g a40:1 -c 6 -m 32 -t 4h pytorch.sif",
      "  skiff launch -g 1 --port 8888 pytorch.sif -- jupyter lab --no-browser --port 8888",
      "  skiff launch -b -t 12h pytorch.sif"
    })
final class LaunchCommand extends Subcommand {

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Mixin private JobOptions options;

  @Option(
      names = {"-N", "--name"},
      paramLabel = "NAME",
      description = "What the job is called (default: invented).")
  private String name = "";

  @Option(
      names = {"-b", "--background"},
      description = "Leave it running, and say how to come back.")
  private boolean background;

  @Option(
      names = "--port",
      paramLabel = "[LOCAL:]PORT",
      description = "Say how to reach this port of the node, where Jupyter listens.")
  private String port = "";

  @Option(
      names = {"-d", "--dry-run"},
      description = "Print the batch script, and submit nothing.")
  private boolean dryRun;

  @Parameters(hidden = true)
  private List<String> words = new ArrayList<>();

  private String image = "";
  private List<String> command = List.of();
  private CommandSpec spec = CommandSpec.create();

  @Spec
  void specify(CommandSpec own) {
    spec = own;
    own.parser().stopAtPositional(true); // options behind the image are the command's
  }

  @Override
  int run(Terminal terminal) {
    SiteDefaults site =
        SiteDefaults.of(new RegistryOptions().configuration(terminal), options.place.profile);
    OptionLayers layers =
        new OptionLayers(spec, spec.commandLine().getParseResult())
            .variables(System.getenv())
            .profile(site.profile(), List.of());
    if (layers.words().isEmpty()) {
      return launch(site, terminal);
    }
    LaunchCommand all = new LaunchCommand();
    List<String> typed = spec.commandLine().getParseResult().originalArgs();
    layers.readInto(
        new CommandLine(all), typed.subList(typed.indexOf(spec.name()) + 1, typed.size()));
    return all.launch(site, terminal);
  }

  private int launch(SiteDefaults site, Terminal terminal) {
    readWords();
    JobSession session = JobSession.open();
    Scheduler scheduler = session.scheduler(SlurmScheduler.BACKEND);
    Submission submission = new Submission(session.store(), scheduler, session.host());
    Optional<PortForward> forward =
        port.isEmpty() ? Optional.empty() : Optional.of(PortForward.parse(port));
    JobRequest request = request(session, site, forward);
    JobChecks checks = new JobChecks(session, terminal);
    if (dryRun) {
      checks.rehearse(request, SlurmScheduler.BACKEND);
      JobPlan plan = submission.rehearse(request);
      terminal.inform("submitted with: " + String.join(" ", plan.command()));
      terminal.show(plan.script());
      return ExitCode.DONE.status();
    }
    SlurmCommand slurm = SlurmCommand.of(session.environment());
    checks.check(request, SlurmScheduler.BACKEND);
    LaunchedJob launched = new LaunchedJob(slurm, scheduler, submission.submit(request));
    return follow(terminal, launched, session, forward);
  }

  private void readWords() {
    List<String> rest = new ArrayList<>(words);
    image = options.container.image;
    if (image.isEmpty() && !rest.isEmpty()) {
      image = rest.removeFirst();
    }
    if (image.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "no image was named");
    }
    if (!rest.isEmpty() && rest.getFirst().equals("--")) {
      rest.removeFirst();
    }
    command = rest;
  }

  private int follow(
      Terminal terminal, LaunchedJob launched, JobSession session, Optional<PortForward> forward) {
    JobRecord record = launched.record();
    Map<String, String> environment = session.environment();
    if (background && forward.isEmpty()) {
      terminal.show(record.name() + "\n");
      comeBack(terminal, record);
      return ExitCode.DONE.status();
    }
    if (!background) {
      launched.endWithUs();
    }
    terminal.inform("%s (Slurm job %s)".formatted(record.name(), record.nativeId()));
    RunningJob running = launched.await(terminal, environment);
    terminal.inform("runs on " + running.job().nodes());
    forward.ifPresent(one -> one.tell(terminal, session.host(), running.job().nodes()));
    if (background) {
      terminal.show(record.name() + "\n");
      comeBack(terminal, record);
      return ExitCode.DONE.status();
    }
    int status =
        running.run(
            JobStep.joining(
                running.place(environment, ""),
                AttachCommand.screen(),
                PATIENCE,
                command,
                environment));
    launched.leave(session.store().files(record, OptionalInt.empty()), status);
    terminal.inform("the job %s has ended".formatted(record.name()));
    return status;
  }

  private static void comeBack(Terminal terminal, JobRecord record) {
    terminal.inform("come back with:  skiff attach " + record.name());
    terminal.inform("end it with:     skiff cancel " + record.name());
  }

  private JobRequest request(JobSession session, SiteDefaults site, Optional<PortForward> forward) {
    List<String> payload = background && !command.isEmpty() ? command : Workload.WAITING;
    forward.ifPresent(one -> options.container.addVariable(one.variable()));
    JobRequestReader reader = new JobRequestReader(session, options, site);
    Workload work = new Workload.Contained(reader.image(image), reader.execOptions(), payload);
    return reader.read(name, work, JobOutput.IN_RECORD, "");
  }
}
