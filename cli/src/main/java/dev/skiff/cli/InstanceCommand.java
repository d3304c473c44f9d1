package dev.skiff.cli;

import dev.skiff.cli.output.InstanceListing;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.host.HostProbe;
import dev.skiff.runtime.instance.InstanceProblems;
import dev.skiff.runtime.instance.InstanceRecord;
import dev.skiff.runtime.instance.InstanceRecords;
import dev.skiff.runtime.instance.InstanceStop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff instance`: containers that outlive the command that started them. `start` and `run` are
/// carried out by `ContainerCommand`; `ContainerHelp` adds their help.
@Command(
    name = "instance",
    mixinStandardHelpOptions = true,
    description = "Run containers in the background, and go into them.",
    footer = {
      "",
      "An instance started in a Slurm job ends with the job's step. Its output is kept: skiff instance logs NAME.",
      "",
      "Examples:",
      "  skiff instance start db.sif db1               # runs its %%startscript",
      "  skiff exec instance://db1 psql",
      "  skiff instance list",
      "  skiff instance stop db1",
      "  skiff with db1=db.sif -- python train.py      # ends the instance with the command"
    },
    subcommands = {
      InstanceCommand.ListThem.class,
      InstanceCommand.Stop.class,
      InstanceCommand.Stats.class,
      InstanceLogsCommand.class
    })
final class InstanceCommand {

  static InstanceRecords records() {
    return InstanceRecords.of(HostProbe.callerEnvironment(System.getenv()));
  }

  /// The running one of a name.
  static InstanceRecord running(InstanceRecords records, String name) {
    List<InstanceRecord> found = records.matching(name);
    if (found.isEmpty()) {
      throw InstanceProblems.noneFound(name);
    }
    return found.getFirst();
  }

  private static void refuseOthers(Optional<String> user) {
    if (user.isPresent()) {
      throw new ProblemException(
          new Problem(
              "cannot look at the instances of '" + user.get() + "'",
              "instances are their owner's alone",
              "become that user: setpriv, su or sudo -u " + user.get() + " skiff instance list"),
          ExitCode.USAGE);
    }
  }

  /// `skiff instance list`.
  @Command(
      name = "list",
      aliases = "ls",
      description = "Show the instances that run on this host.",
      footer = {"", "Examples:", "  skiff instance list 'db*' --json"})
  static final class ListThem extends Subcommand {

    @Parameters(arity = "0..1", paramLabel = "PATTERN", description = "Names, with * and ?.")
    private String pattern = "*";

    @Option(
        names = {"-j", "--json"},
        description = "Print JSON.")
    private boolean json;

    @Option(
        names = {"-l", "--logs"},
        description = "Show where their output is.")
    private boolean logs;

    @Option(
        names = {"-u", "--user"},
        paramLabel = "USER",
        hidden = true)
    private Optional<String> user = Optional.empty();

    /// The peer hides those that are made for shared namespaces; there are none here.
    @Option(
        names = {"-a", "--all"},
        description = "Accepted: all are always shown.")
    void acceptAll(boolean given) {}

    @Override
    int run(Terminal terminal) {
      refuseOthers(user);
      InstanceRecords records = records();
      List<InstanceRecord> found = records.matching(pattern);
      if (json) {
        terminal.show(InstanceListing.json(found, records));
      } else if (logs) {
        terminal.show(InstanceListing.logs(found, records));
      } else {
        terminal.show(InstanceListing.table(found));
      }
      return ExitCode.DONE.status();
    }
  }

  /// `skiff instance stop`.
  @Command(
      name = "stop",
      description = "End instances.",
      footer = {
        "",
        "All processes in the instance get SIGINT, after half the time SIGTERM, then SIGKILL.",
        "",
        "Examples:",
        "  skiff instance stop db1",
        "  skiff instance stop --all -t 30",
        "  skiff instance stop -s TERM 'worker*'"
      })
  static final class Stop extends Subcommand {

    @Parameters(arity = "0..1", paramLabel = "PATTERN", description = "Names, with * and ?.")
    private Optional<String> pattern = Optional.empty();

    @Option(
        names = {"-a", "--all"},
        description = "All of them.")
    private boolean all;

    @Option(
        names = {"-F", "--force"},
        description = "Send SIGKILL at once.")
    private boolean force;

    @Option(
        names = {"-s", "--signal"},
        paramLabel = "SIGNAL",
        description = "What to send first, and alone: TERM, SIGTERM or 15.")
    private Optional<String> signal = Optional.empty();

    @Option(
        names = {"-t", "--timeout"},
        paramLabel = "SECONDS",
        description = "How long to wait before SIGKILL (default: ${DEFAULT-VALUE}).")
    private int seconds = 10;

    @Option(
        names = {"-u", "--user"},
        paramLabel = "USER",
        hidden = true)
    private Optional<String> user = Optional.empty();

    @Override
    int run(Terminal terminal) {
      refuseOthers(user);
      Duration patience = force ? Duration.ZERO : Duration.ofSeconds(Math.max(0, seconds));
      InstanceStop stop = new InstanceStop(signal.map(InstanceStop::signal), patience);
      InstanceRecords records = records();
      List<InstanceRecord> found = records.matching(names());
      if (found.isEmpty()) {
        throw InstanceProblems.noneFound(names());
      }
      for (InstanceRecord one : found) {
        terminal.inform(
            "info: stopping %s instance of %s (PID=%d)"
                .formatted(one.name(), one.image(), one.process().pid()));
        stop.stop(one, records);
      }
      return ExitCode.DONE.status();
    }

    private String names() {
      if (all == pattern.isPresent()) {
        throw new ProblemException(
            new Problem(
                "cannot stop an instance",
                all ? "--all and a name are both given" : "neither a name nor --all is given",
                "write skiff instance stop NAME, or skiff instance stop --all"),
            ExitCode.USAGE);
      }
      return pattern.orElse("*");
    }
  }

  /// `skiff instance stats`.
  @Command(
      name = "stats",
      description = "Show what an instance takes, once a second.",
      footer = {"", "Examples:", "  skiff instance stats db1 --no-stream"})
  static final class Stats extends Subcommand {

    @Parameters(paramLabel = "NAME", description = "The instance.")
    private String name = "";

    @Option(
        names = {"-j", "--json"},
        description = "Print JSON, once.")
    private boolean json;

    @Option(names = "--no-stream", description = "Once only.")
    private boolean once;

    @Override
    int run(Terminal terminal) {
      InstanceRecords records = records();
      InstanceWatch watch = new InstanceWatch(running(records, name), records);
      if (json) {
        terminal.show(watch.json());
      } else {
        watch.print(terminal, once ? 1 : Integer.MAX_VALUE);
      }
      return ExitCode.DONE.status();
    }
  }
}
