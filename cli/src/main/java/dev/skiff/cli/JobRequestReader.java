package dev.skiff.cli;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.Dependency;
import dev.skiff.runtime.job.JobAmounts;
import dev.skiff.runtime.job.JobArray;
import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobOutput;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.JobStatus;
import dev.skiff.runtime.job.Placement;
import dev.skiff.runtime.job.Resources;
import dev.skiff.runtime.job.TimeLimits;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.script.JobScript;
import dev.skiff.runtime.job.script.UserScript;
import dev.skiff.runtime.plan.ShellText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/// Makes a request of what was typed; what means nothing is a usage problem that names the option.
///
/// @param session where jobs that are waited for are looked up
/// @param options as typed, and as others say where nobody typed
/// @param site what the site's profile says besides
record JobRequestReader(JobSession session, JobOptions options, SiteDefaults site) {

  private static final Set<String> SIGNALS =
      Set.of("HUP", "INT", "QUIT", "USR1", "USR2", "TERM", "ALRM", "CONT", "WINCH");

  /// The request.
  ///
  /// @param name empty to invent one
  /// @param work of it, its image or script
  JobRequest read(String name, Workload work, JobOutput output, String smoke) {
    Path directory = directory();
    return new JobRequest(
        name(name),
        work,
        directory,
        environment(work),
        resources(work),
        placement(),
        limits(),
        options.place.array.isEmpty()
            ? Optional.empty()
            : Optional.of(parsed("--array", options.place.array, JobArray::parse)),
        options.place.after.stream().flatMap(text -> dependency(text).stream()).toList(),
        new JobOutput(absolute(output.out(), directory), absolute(output.err(), directory)),
        rawOptions(),
        smoke);
  }

  private List<String> rawOptions() {
    List<String> words = new ArrayList<>();
    if (!options.time.mail.isEmpty()) {
      words.addAll(mail(options.time.mail));
    }
    options.needs.slurm.forEach(text -> words.addAll(parsed("--slurm", text, OptionWords::split)));
    return words;
  }

  private static List<String> mail(String text) {
    int colon = text.indexOf(':');
    String who = colon < 0 ? text : text.substring(0, colon);
    String when = colon < 0 ? "END,FAIL,REQUEUE" : text.substring(colon + 1);
    if (!who.matches("[A-Za-z0-9][A-Za-z0-9._+@-]*") || !when.matches("[A-Za-z0-9_,]+")) {
      throw usage("--mail", text, "write WHO or WHO:begin,end,fail");
    }
    return List.of("--mail-user=" + who, "--mail-type=" + when.toUpperCase(Locale.ROOT));
  }

  private JobName name(String name) {
    return name.isEmpty()
        ? JobName.invented(System.getProperty("user.name", "job"), ThreadLocalRandom.current())
        : parsed("--name", name, JobName::new);
  }

  Path directory() {
    Path here = Path.of("").toAbsolutePath();
    String logical = session.environment().getOrDefault("PWD", "");
    Path start =
        logical.startsWith("/") && isSame(Path.of(logical), here) ? Path.of(logical) : here;
    String asked = options.container.directory;
    return asked.isEmpty() ? start : start.resolve(asked).normalize();
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return java.nio.file.Files.isSameFile(one, other);
    } catch (java.io.IOException e) {
      return false;
    }
  }

  private static String absolute(String path, Path directory) {
    return path.isEmpty() ? "" : directory.resolve(path).toString();
  }

  private SortedMap<String, String> environment(Workload work) {
    Map<String, String> caller = session.environment();
    SortedMap<String, String> variables = new TreeMap<>();
    if (work instanceof Workload.Contained) {
      caller.entrySet().stream()
          .filter(JobScript::isForwarded)
          .forEach(one -> variables.put(one.getKey(), one.getValue()));
    }
    String prefix = options.container.exportPrefix;
    if (!prefix.isEmpty()) {
      caller.forEach((name, value) -> {
        String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
        if (ShellText.isVariableName(rest)) {
          variables.put(rest, value);
        }
      });
    }
    for (String option : options.container.environment) {
      int equals = option.indexOf('=');
      String name = equals < 0 ? option : option.substring(0, equals);
      if (!ShellText.isVariableName(name)) {
        throw usage("--env", option, "'%s' is no name of a variable".formatted(name));
      }
      if (equals < 0 && !caller.containsKey(name)) {
        throw usage("--env", option, "the variable is not set here");
      }
      variables.put(
          name, equals < 0 ? caller.getOrDefault(name, "") : option.substring(equals + 1));
    }
    return variables;
  }

  private String gpuType() {
    int colon = options.needs.gpus.lastIndexOf(':');
    return colon < 0 ? options.needs.gpuType : options.needs.gpus.substring(0, colon);
  }

  private Resources resources(Workload work) {
    JobOptions.Needs needs = options.needs;
    String type = gpuType();
    String number = needs.gpus.substring(needs.gpus.lastIndexOf(':') + 1);
    int gpus = number.isEmpty() ? (type.isEmpty() ? 0 : 1) : count("--gpus", number);
    if (!site.isGpuType(type)) {
      throw usage("--gpu-type", type, "a type has letters, digits and '_.-' only");
    }
    if (needs.cpus < 0 || needs.nodes < 0 || needs.tasks < 0) {
      throw usage("--cpus", Integer.toString(needs.cpus), "less than nothing cannot be asked for");
    }
    long memory = needs.memory.isEmpty() ? 0 : parsed("--mem", needs.memory, JobAmounts::megabytes);
    return site.filled(
        new Resources(needs.cpus, memory, gpus, type, needs.nodes, needs.tasks),
        needs.cpus > 0 || isDirective(work, "cpus-per-task", 'c'),
        memory > 0 || isDirective(work, "mem", ' ') || isDirective(work, "mem-per-cpu", ' '));
  }

  private static boolean isDirective(Workload work, String name, char letter) {
    return work instanceof Workload.Script script
        && !UserScript.directive(script.directives(), name, letter).isEmpty();
  }

  private static int count(String option, String text) {
    if (!text.matches("[0-9]{1,4}")) {
      throw usage(option, text, "write a number, or TYPE:NUMBER such as a40:2");
    }
    return Integer.parseInt(text);
  }

  private Placement placement() {
    JobOptions.Place place = options.place;
    return new Placement(
        place.queues,
        site.constraint(place.constraint, gpuType()),
        place.quality,
        place.account,
        place.reservation,
        site.node(place.node),
        place.priority);
  }

  private TimeLimits limits() {
    JobOptions.Time asked = options.time;
    Optional<Duration> time =
        asked.time.isEmpty()
            ? Optional.empty()
            : Optional.of(parsed("--time", asked.time, JobAmounts::time));
    Optional<TimeLimits.Warning> warning =
        asked.warn.isEmpty() ? Optional.empty() : Optional.of(warning(asked.warn));
    Set<TimeLimits.Rerun> rerunOn = EnumSet.noneOf(TimeLimits.Rerun.class);
    for (String word : asked.rerunOn) {
      switch (word) {
        case "timeout" -> rerunOn.add(TimeLimits.Rerun.TIMEOUT);
        case "preempt" -> rerunOn.add(TimeLimits.Rerun.PREEMPT);
        default -> throw usage("--rerun-on", word, "write timeout, preempt, or both");
      }
    }
    if (rerunOn.contains(TimeLimits.Rerun.TIMEOUT) && warning.isEmpty()) {
      warning = Optional.of(new TimeLimits.Warning(Duration.ofMinutes(2), "USR1"));
    }
    if (time.isPresent()
        && warning.isPresent()
        && warning.get().before().compareTo(time.get()) >= 0) {
      throw usage("--warn", asked.warn, "that is as long as the job may run at all");
    }
    Duration grace =
        asked.grace.isEmpty()
            ? TimeLimits.NONE.grace()
            : parsed("--grace", asked.grace, JobAmounts::time);
    if (asked.retries < 0) {
      throw usage("--retries", Integer.toString(asked.retries), "that is less than never");
    }
    return new TimeLimits(time, warning, grace, rerunOn, asked.retries);
  }

  private static TimeLimits.Warning warning(String text) {
    int colon = text.lastIndexOf(':');
    String word = colon < 0 ? "" : text.substring(colon + 1).toUpperCase(Locale.ROOT);
    boolean named = !word.isEmpty() && !Character.isDigit(word.charAt(0));
    String signal = named ? (word.startsWith("SIG") ? word.substring(3) : word) : "USR1";
    if (!SIGNALS.contains(signal)) {
      throw usage("--warn", text, "'%s' is no signal that can warn".formatted(word));
    }
    return new TimeLimits.Warning(
        parsed("--warn", named ? text.substring(0, colon) : text, JobAmounts::time), signal);
  }

  /// Empty if it is met already. Slurm takes a job that it has forgotten for one that ended well.
  private Optional<Dependency> dependency(String text) {
    int colon = text.lastIndexOf(':');
    String word = colon < 0 ? "" : text.substring(colon + 1);
    Dependency.When when =
        switch (word) {
          case "any" -> Dependency.When.ANY;
          case "fail" -> Dependency.When.FAIL;
          default -> Dependency.When.OK;
        };
    boolean said = word.equals("ok") || when != Dependency.When.OK;
    String reference = said ? text.substring(0, colon) : text;
    String number = reference.startsWith("slurm:") ? reference.substring(6) : reference;
    if (number.matches("[0-9]{1,12}(_[0-9]{1,7})?")) {
      return Optional.of(new Dependency(reference, number, when));
    }
    JobRecord other = session.find(reference).record();
    JobStatus status = session.watch().look(List.of(other)).getFirst().status();
    if (!status.state().isFinal()) {
      return Optional.of(new Dependency(other.name().text(), other.nativeId(), when));
    }
    boolean well = status.exitStatus() == 0;
    if (when == Dependency.When.ANY || well == (when == Dependency.When.OK)) {
      return Optional.empty();
    }
    throw new ProblemException(
        new Problem(
            "cannot submit a job after '%s'".formatted(text),
            "that one has ended otherwise: %s %s"
                .formatted(status.state(), status.reason())
                .strip(),
            "leave out --after, or wait for another job"),
        ExitCode.REFUSED);
  }

  /// Reads an option's value.
  static <T> T parsed(String option, String value, Function<String, T> parse) {
    try {
      return parse.apply(value);
    } catch (IllegalArgumentException e) {
      throw usage(option, value, String.valueOf(e.getMessage()));
    }
  }

  static ProblemException usage(String option, String value, String why) {
    return new ProblemException(
        new Problem("cannot use %s '%s'".formatted(option, value), why, "see skiff submit --help"),
        ExitCode.USAGE);
  }

  /// The image, where the site keeps it if it is not here.
  String image(String asked) {
    return site.image(asked, directory());
  }

  /// The options of `skiff exec`.
  List<String> execOptions() {
    JobOptions.Container container = options.container;
    List<String> words = new ArrayList<>();
    boolean gpus = !options.needs.gpus.isEmpty() || !options.needs.gpuType.isEmpty();
    if (container.nvidia || (gpus && !container.amd && !options.needs.gpus.equals("0"))) {
      words.add("--nv");
    }
    if (container.amd) {
      words.add("--rocm");
    }
    container.binds.forEach(bind -> words.addAll(List.of("--bind", bind)));
    container.exec.forEach(text -> words.addAll(parsed("--exec", text, OptionWords::split)));
    return words;
  }
}
