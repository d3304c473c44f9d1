package dev.skiff.cli;

import dev.skiff.cli.output.JobListing;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.Dependency;
import dev.skiff.runtime.job.JobOutput;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.local.LocalScheduler;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.record.JobSelection;
import dev.skiff.runtime.job.schedule.JobPlan;
import dev.skiff.runtime.job.schedule.Scheduler;
import dev.skiff.runtime.job.schedule.Submission;
import dev.skiff.runtime.job.script.UserScript;
import dev.skiff.runtime.slurm.cluster.Cluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `skiff submit`: a job that runs to its end by itself.
@Command(
    name = "submit",
    description = "Run a command in a container as a job: on Slurm, or detached on this machine.",
    customSynopsis = {
      "skiff submit [OPTIONS] IMAGE [--] [COMMAND [ARG...]]",
      "       skiff submit [OPTIONS] SCRIPT [ARG...]"
    },
    footer = {
      "",
      "Prints the job's name. The record with its log lies in ~/.local/state/skiff/jobs/NAME.",
      "A script keeps its #SBATCH lines; what stands behind #SKIFF is read as options of this"
          + " command.",
      "Most options have a variable, such as SKIFF_TIME for --time; a profile of skiff.yaml says the"
          + " rest.",
      "Ends with 3 if the scheduler would not have it, 69 if it cannot be reached; with --wait or"
          + " -f as the job.",
      "",
      "Examples:",
      "  skiff submit -g a40:1 -c 8 -m 32 -t 8h train.sif -- python train.py",
      "  skiff submit --dry-run -g 1 train.sif -- python train.py    # the batch script, and"
          + " nothing else",
      "  skiff submit -t 12h --warn 5m --rerun-on timeout train.sif -- python train.py --resume",
      "  skiff submit --array 0-9%%4 app.sif -- sh -c 'work $SLURM_ARRAY_TASK_ID'",
      "  skiff submit --on local -f app.sif -- make test",
      "  skiff submit job.sh"
    })
final class SubmitCommand extends Subcommand {

  private CommandSpec spec = CommandSpec.create();

  @Mixin private JobOptions options;

  @Option(
      names = {"-N", "--name"},
      paramLabel = "NAME",
      description = "What the job is called (default: invented).")
  private String name = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where its output goes (default: its record). %%j is the job's number.")
  private String output = "";

  @Option(names = "--error", paramLabel = "FILE", description = "The same for standard error.")
  private String error = "";

  @Option(
      names = "--port",
      paramLabel = "[LOCAL:]PORT",
      description = "Say how to reach this port of the node, where Jupyter listens.")
  private String port = "";

  @Option(
      names = "--smoke",
      paramLabel = "'COMMAND'",
      description =
          "Run this short command first, for at most five minutes; the job starts only if it"
              + " succeeds.")
  private String smoke = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Show the log until the job has ended; Ctrl-C ends only the showing.")
  private boolean follow;

  @Option(names = "--wait", description = "Wait for its end, and end as it does.")
  private boolean wait;

  /// DSMLP's word for what this command always does.
  @Option(
      names = {"-b", "--background"},
      description = "Accepted; a submitted job always is.")
  void acceptBackground(boolean given) {}

  @Option(
      names = {"-d", "--dry-run"},
      description = "Print the batch script, and submit nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON instead of the name.")
  private boolean json;

  @Option(names = "-G", hidden = true, paramLabel = "N")
  private String mistyped = "";

  @Parameters(hidden = true)
  private List<String> words = List.of();

  @Spec
  void specify(CommandSpec own) {
    spec = own;
    own.parser().stopAtPositional(true); // the rest is the job's
  }

  /// What was typed, once it is read.
  JobOptions options() {
    return options;
  }

  @Override
  int run(Terminal terminal) {
    if (!mistyped.isEmpty()) {
      throw JobRequestReader.usage("-G", mistyped, "did you mean -g %s".formatted(mistyped));
    }
    UserScript script = script();
    OptionLayers layers =
        new OptionLayers(spec, spec.commandLine().getParseResult()).variables(environment(script));
    String profile = options.place.profile;
    if (script != null && !script.skiff().isEmpty()) {
      String said = readDirectives(script, layers);
      profile = profile.isEmpty() ? said : profile;
    }
    SiteDefaults site = SiteDefaults.of(new RegistryOptions().configuration(terminal), profile);
    layers.profile(site.profile(), script == null ? List.of() : script.slurm());
    if (layers.words().isEmpty()) {
      return submit(script, site, terminal);
    }
    SubmitCommand all = new SubmitCommand();
    layers.readInto(new CommandLine(all), originalWords());
    return all.submit(script, site, terminal);
  }

  /// A script is no command for an image: that variable is not meant for it.
  private static Map<String, String> environment(
      @org.jspecify.annotations.Nullable UserScript script) {
    Map<String, String> environment = new TreeMap<>(System.getenv());
    if (script != null) {
      environment.remove(OptionLayers.variable("--image"));
    }
    return environment;
  }

  /// The profile that the script names, or an empty text.
  private String readDirectives(UserScript script, OptionLayers layers) {
    List<String> all = new ArrayList<>();
    for (String line : script.skiff()) {
      all.addAll(JobRequestReader.parsed("#SKIFF", line, OptionWords::split));
    }
    try {
      SubmitCommand lines = new SubmitCommand();
      layers.directives(all, new CommandLine(lines));
      return lines.options.place.profile;
    } catch (ParameterException e) {
      throw JobRequestReader.usage(
          "the #SKIFF lines of", words.getFirst(), String.valueOf(e.getMessage()));
    }
  }

  @org.jspecify.annotations.Nullable
  private UserScript script() {
    if (words.isEmpty() || !options.container.image.isEmpty()) {
      return null;
    }
    Path file = Path.of(words.getFirst());
    if (!UserScript.isOne(file)) {
      return null;
    }
    try {
      return UserScript.read(file);
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "cannot submit the script '%s'".formatted(file),
              String.valueOf(e.getMessage()),
              "mend the file, then submit it again"));
    }
  }

  private List<String> originalWords() {
    List<String> all = spec.commandLine().getParseResult().originalArgs();
    return all.subList(all.indexOf(spec.name()) + 1, all.size());
  }

  private int submit(
      @org.jspecify.annotations.Nullable UserScript script, SiteDefaults site, Terminal terminal) {
    JobSession session = JobSession.open();
    Optional<PortForward> forward =
        port.isEmpty() ? Optional.empty() : Optional.of(PortForward.parse(port));
    forward.ifPresent(one -> options.container.addVariable(one.variable()));
    if (script != null) {
      bindsOfScript(session.environment()).ifPresent(options.container::addVariable);
    }
    JobRequestReader reader = new JobRequestReader(session, options, site);
    Workload work = script == null ? contained(reader) : own(script);
    JobRequest request = reader.read(nameOf(work), work, new JobOutput(output, error), smoke);
    Scheduler scheduler = session.scheduler(options.place.on);
    Submission submission = new Submission(session.store(), scheduler, session.host());
    JobChecks checks = new JobChecks(session, terminal);
    if (dryRun) {
      checks.rehearse(request, scheduler.backend());
      JobPlan plan = submission.rehearse(request);
      terminal.inform("submitted with: " + String.join(" ", plan.command()));
      terminal.show(plan.script());
      return ExitCode.DONE.status();
    }
    Optional<Cluster> cluster = checks.check(request, scheduler.backend());
    terminal.inform(JobListing.asked(request, scheduler.backend()));
    JobRecord record =
        submission.submit(
            smoke.isEmpty() ? request : afterSmoke(request, cluster, submission, terminal));
    terminal.show(json ? JobListing.submittedJson(record) : record.name() + "\n");
    forward.ifPresent(
        one -> tellPort(one, terminal, session.host(), scheduler.backend(), record.name().text()));
    if (follow) {
      return new JobFollowing(session, terminal).follow(record, OptionalInt.empty());
    }
    return wait
        ? new JobFollowing(session, terminal)
            .await(List.of(new JobSelection(record, OptionalInt.empty())))
        : ExitCode.DONE.status();
  }

  /// The binds of a script are for the containers that it starts itself, as a variable: that which
  /// the caller has set, else the one that counts least, so that what the script says is heard.
  private Optional<String> bindsOfScript(Map<String, String> environment) {
    if (options.container.binds.isEmpty()) {
      return Optional.empty();
    }
    String name =
        Stream.of("SKIFF", "APPTAINER", "SINGULARITY")
            .flatMap(prefix -> Stream.of(prefix + "_BIND", prefix + "_BINDPATH"))
            .filter(environment::containsKey)
            .findFirst()
            .orElse("SINGULARITY_BIND");
    List<String> all = new ArrayList<>(options.container.binds);
    String said = environment.getOrDefault(name, "");
    if (!said.isEmpty()) {
      all.add(said);
    }
    return Optional.of(name + "=" + String.join(",", all));
  }

  private static void tellPort(
      PortForward port, Terminal terminal, String host, String backend, String job) {
    boolean here = backend.equals(LocalScheduler.BACKEND);
    if (!here) {
      terminal.inform("once it runs, 'skiff ps %s' names its NODE".formatted(job));
    }
    port.tell(terminal, host, here ? host : "NODE");
  }

  /// Submits the short job in front, and makes the request wait for it.
  private JobRequest afterSmoke(
      JobRequest request, Optional<Cluster> cluster, Submission submission, Terminal terminal) {
    JobRequest first = SmokeTest.of(request, cluster);
    JobRecord record = submission.submit(first);
    List<String> queues = first.placement().queues();
    terminal.inform(
        "first %s tries%s: %s"
            .formatted(
                record.name(), queues.isEmpty() ? "" : " in " + String.join(",", queues), smoke));
    List<Dependency> after = new ArrayList<>(request.after());
    after.add(new Dependency(record.name().text(), record.nativeId(), Dependency.When.OK));
    return request.after(after);
  }

  private String nameOf(Workload work) {
    if (name.isEmpty() && work instanceof Workload.Script script) {
      String said = UserScript.directive(script.directives(), "job-name", 'J');
      return said.replaceAll("[^A-Za-z0-9._-]+", "-").replaceFirst("^[._-]+", "");
    }
    return name;
  }

  private Workload contained(JobRequestReader reader) {
    List<String> all = new ArrayList<>(words);
    String image = options.container.image;
    if (image.isEmpty() && !all.isEmpty()) {
      image = all.removeFirst();
    }
    if (image.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "no image and no script was named");
    }
    if (!all.isEmpty() && all.getFirst().equals("--")) {
      all.removeFirst();
    }
    return new Workload.Contained(reader.image(image), reader.execOptions(), all);
  }

  private Workload own(UserScript script) {
    String file = words.getFirst();
    List<String> arguments = words.subList(1, words.size());
    if (!options.container.image.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "an image and a script were named: call the script in the image");
    }
    return new Workload.Script(file, script.text(), arguments, script.slurm());
  }
}
