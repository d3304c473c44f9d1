package dev.skiff.cli.container;

import dev.skiff.cli.output.Terminal;
import dev.skiff.cli.output.Terminal.Verbosity;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.config.StartSettings;
import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.host.HostProbe;
import dev.skiff.runtime.instance.InstanceName;
import dev.skiff.runtime.instance.InstanceProblems;
import dev.skiff.runtime.instance.InstanceRecord;
import dev.skiff.runtime.kept.KeptStart;
import dev.skiff.runtime.launch.Handover;
import dev.skiff.runtime.launch.HostSupport;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.MountText;
import dev.skiff.runtime.plan.PlanText;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.planner.ContainerPlanner;
import dev.skiff.runtime.planner.ImageFacts;
import dev.skiff.runtime.planner.JoinPlanner;
import dev.skiff.runtime.planner.Volumes;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.ExitConvention;
import dev.skiff.runtime.request.RunArguments;
import dev.skiff.runtime.request.RunArguments.Accepted;
import dev.skiff.runtime.request.RunArguments.HelpAsked;
import dev.skiff.runtime.request.RunArguments.Parsed;
import dev.skiff.runtime.request.RunArguments.Rejected;
import dev.skiff.runtime.request.Verb;
import dev.skiff.runtime.setup.MountLog;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Starts one container.
public final class ContainerCommand {

  private final Terminal terminal;
  private Map<String, String> environment;
  private final Help help;

  private ContainerCommand(Terminal terminal, Map<String, String> environment, Help help) {
    this.terminal = terminal;
    this.environment = environment;
    this.help = help;
  }

  /// Whether these words start a container.
  public static boolean isMeant(String[] words) {
    return RunArguments.verb(words) != null;
  }

  /// Prints the help of one of these commands.
  public interface Help {

    /// Called at most once.
    void print(Verb verb);
  }

  /// Carries the words out. With a shell waiting, tells it what to become; the status is then only
  /// of this JVM.
  public static int run(String[] words, Terminal terminal, Help help) {
    Map<String, String> environment = HostProbe.callerEnvironment(System.getenv());
    ContainerCommand command = new ContainerCommand(terminal, environment, help);
    return Handover.awaited() ? command.handOver(words) : command.withoutShell(words);
  }

  private int handOver(String[] words) {
    Handover handover = Handover.open();
    try {
      environment = StartSettings.over(environment);
      Parsed parsed = RunArguments.parse(words, environment);
      if (parsed instanceof Accepted accepted) {
        return start(accepted, handover);
      }
      return end(handover, refuse(parsed, words), words);
    } catch (ProblemException e) {
      terminal.fail(e.problem());
      return end(handover, startStatus(e.exitCode()), words);
    } catch (RuntimeException | Error e) {
      int _ = end(handover, ExitCode.OUR_BUG.status(), words);
      throw e;
    }
  }

  /// Tells the waiting shell what to end with, and returns Skiff's own code for it.
  private int end(Handover handover, int status, String[] words) {
    handover.end(ExitConvention.asked(words, environment).of(status));
    return status;
  }

  private int start(Accepted accepted, Handover handover) {
    ExecRequest request = accepted.request();
    Terminal speaking = terminal.saying(Verbosity.valueOf(request.output().verbosity().name()));
    tell(accepted.warnings(), speaking);
    Path directory = Path.of("").toAbsolutePath();
    if (InstanceName.isReference(request.image())) {
      return join(accepted, directory, handover, speaking);
    }
    ImageFacts image = new ImageOpener(directory, whileOpening(request)).open(request.image());
    HostProbe probe = HostProbe.of(Path.of("/"));
    HostFacts host = probe.probe(probe.caller(environment), directory, request);
    Volumes volumes =
        request.mounts().namesVolumes() ? new VolumeOpener(directory).open(request) : Volumes.NONE;
    ContainerPlan plan = Handover.joining(ContainerPlanner.plan(request, host, image, volumes));
    if (request.instance().isPresent() && !request.output().dryRun()) {
      StartedInstance instance = StartedInstance.claim(request, host, image);
      try {
        carryOut(plan, accepted, handover, speaking);
      } catch (RuntimeException | Error e) {
        instance.withdraw();
        throw e;
      }
      String remark = "info: instance started successfully\n";
      handover.leaveInstance(speaking.says(Verbosity.NORMAL) ? remark : "");
    }
    KeptStart kept = KeptStart.of(accepted, image, plan, probe.sightings());
    if (kept != null) {
      handover.keep(kept);
    }
    return carryOut(plan, accepted, handover, speaking);
  }

  private Map<String, String> whileOpening(ExecRequest request) {
    if (request.fetching().variables().isEmpty()) {
      return environment;
    }
    Map<String, String> changed = new HashMap<>(environment);
    changed.putAll(request.fetching().variables());
    return changed;
  }

  /// The instance's namespaces have been entered; its record was there a moment ago.
  private int join(Accepted accepted, Path directory, Handover handover, Terminal speaking) {
    ExecRequest request = accepted.request();
    InstanceRecord instance = StartedInstance.find(request.image(), environment);
    HostProbe probe = HostProbe.of(Path.of("/"));
    HostFacts host = probe.probe(probe.caller(environment), directory, request);
    return carryOut(JoinPlanner.plan(request, host, instance), accepted, handover, speaking);
  }

  private int carryOut(
      ContainerPlan plan, Accepted accepted, Handover handover, Terminal speaking) {
    ExecRequest.Output output = accepted.request().output();
    if (output.dryRun()) {
      terminal.show(PlanText.of(plan));
      handover.end(ExitCode.DONE.status());
      return ExitCode.DONE.status();
    }
    tell(plan.notices(), speaking);
    MountLog log = output.explainMounts() ? new Explanation(terminal) : MountLog.NONE;
    handover.run(plan, accepted.wordsBeforeArguments(), new Warnings(speaking), log);
    if (accepted.request().instance().isEmpty()) {
      handover.leave();
    }
    return ExitCode.DONE.status();
  }

  private static void tell(List<Problem> notices, Terminal speaking) {
    for (Problem notice : notices) {
      speaking.warn(notice);
    }
  }

  /// No namespaces were entered: the words are wrong, or this machine forbids it.
  private int withoutShell(String[] words) {
    Parsed parsed = RunArguments.parse(words, environment);
    if (parsed instanceof Accepted accepted) {
      if (InstanceName.isReference(accepted.request().image())) {
        return withoutInstance(accepted.request().image());
      }
      terminal.fail(HostSupport.probe().whyNoNamespaces().problem());
      return ExitCode.NOT_STARTED.status();
    }
    return refuse(parsed, words);
  }

  /// There is none, or it has just come; only the launcher could have gone into it.
  private int withoutInstance(String reference) {
    try {
      InstanceName name = InstanceName.ofReference(reference);
      terminal.fail(InstanceProblems.absent(name).problem());
      return ExitCode.NOT_STARTED.status();
    } catch (ProblemException e) {
      terminal.fail(e.problem());
      return startStatus(e.exitCode());
    }
  }

  /// Apptainer finds wrong words as it reads them, and wrong values when it is about to start.
  private int refuse(Parsed parsed, String[] words) {
    return switch (parsed) {
      case Rejected rejected -> {
        for (Problem problem : rejected.problems()) {
          terminal.fail(problem);
        }
        boolean late =
            rejected.fault() == RunArguments.Fault.VALUES
                && ExitConvention.asked(words, environment) == ExitConvention.APPTAINER;
        yield late ? ExitCode.NOT_STARTED.status() : ExitCode.USAGE.status();
      }
      case HelpAsked asked -> {
        help.print(asked.verb());
        yield ExitCode.DONE.status();
      }
      case Accepted _ -> ExitCode.DONE.status();
    };
  }

  /// A problem before the payload is 125, whatever else it is.
  private static int startStatus(ExitCode code) {
    return switch (code) {
      case PROBLEM, REFUSED, UNREACHABLE, TRY_AGAIN, NOT_ALLOWED -> ExitCode.NOT_STARTED.status();
      case DONE, USAGE, NOT_STARTED, NOT_EXECUTABLE, NOT_FOUND, OUR_BUG -> code.status();
    };
  }

  /// Tells of each mount on standard error, which is not the payload's result.
  private record Explanation(Terminal terminal) implements MountLog {
    @Override
    public void done(SetupStep step, String result) {
      String line = MountText.line(step, result);
      if (!line.isEmpty()) {
        terminal.err().println(line);
        terminal.err().flush();
      }
    }
  }

  /// Not a lambda: those cost start-up time.
  private record Warnings(Terminal terminal) implements Consumer<Problem> {
    @Override
    public void accept(Problem problem) {
      terminal.warn(problem);
    }
  }
}
