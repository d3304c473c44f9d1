package dev.skiff.cli;

import dev.skiff.runtime.config.ProfileKey;
import dev.skiff.runtime.config.SiteProfile;
import dev.skiff.runtime.job.script.UserScript;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// What others say of a job besides who typed it: variables, the script's `#SKIFF` lines, the
/// site's profile. Each layer says only what none before it did, but for what is added up, such as
/// binds. All become words, so that there is one way to read an option.
final class OptionLayers {

  /// What every layer adds to.
  private static final Set<String> ADDED_UP = Set.of("--bind", "--env", "--exec", "--slurm");

  /// Options without a variable: they ask to be shown something, or `skiff exec` has a variable of
  /// that name, which reaches the job by itself.
  private static final Set<String> NO_VARIABLE =
      Set.of(
          "--help",
          "--version",
          "--follow",
          "--wait",
          "--dry-run",
          "--json",
          "--background",
          "--profile",
          "--bind",
          "--env",
          "--nv",
          "--rocm");

  /// Options whose own names are those of variables with which something else is meant.
  private static final Set<String> OF_JOBS = Set.of("--image", "--workdir", "--retries");

  /// Options of which a script's `#SBATCH` line says the same, with that line's short form.
  private static final Map<String, Directive> DIRECTIVES =
      Map.of(
          "--queue", new Directive("partition", 'p'),
          "--time", new Directive("time", 't'),
          "--constraint", new Directive("constraint", 'C'),
          "--qos", new Directive("qos", 'q'),
          "--account", new Directive("account", 'A'),
          "--mail", new Directive("mail-user", ' '),
          "--reservation", new Directive("reservation", ' '));

  private record Directive(String name, char letter) {}

  private final CommandSpec spec;
  private final Set<String> said = new HashSet<>();
  private final Map<String, String> places = new LinkedHashMap<>();
  private List<String> words = new ArrayList<>();

  /// Nobody has said anything but who typed.
  OptionLayers(CommandSpec spec, ParseResult typed) {
    this.spec = spec;
    for (OptionSpec option : spec.options()) {
      if (typed.hasMatchedOption(option)) {
        said.add(name(option));
      }
    }
  }

  /// The first of its long names.
  private static String name(OptionSpec option) {
    for (String name : option.names()) {
      if (name.startsWith("--")) {
        return name;
      }
    }
    return option.longestName();
  }

  /// `SKIFF_TIME` for `--time`, and so for most.
  OptionLayers variables(Map<String, String> environment) {
    Map<String, List<String>> layer = new LinkedHashMap<>();
    for (OptionSpec option : spec.options()) {
      String name = name(option);
      String variable = variable(name);
      String value = environment.getOrDefault(variable, "");
      if (!value.isEmpty() && name.startsWith("--") && !NO_VARIABLE.contains(name)) {
        layer.put(name, List.of(value));
        places.putIfAbsent(name, variable);
      }
    }
    add(layer);
    return this;
  }

  static String variable(String option) {
    return (OF_JOBS.contains(option) ? "SKIFF_JOB_" : "SKIFF_")
        + option.replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /// The words of a script's `#SKIFF` lines.
  ///
  /// @param reader reads them as the command itself would
  /// @throws ParameterException if they are no options of it
  OptionLayers directives(List<String> lines, CommandLine reader) {
    ParseResult read =
        reader
            .setStopAtPositional(true)
            .setOverwrittenOptionsAllowed(true)
            .parseArgs(lines.toArray(String[]::new));
    Map<String, List<String>> layer = new LinkedHashMap<>();
    for (OptionSpec option : reader.getCommandSpec().options()) {
      if (read.hasMatchedOption(option)) {
        String name = name(option);
        List<String> values = read.matchedOption(name).originalStringValues();
        boolean all = ADDED_UP.contains(name) || option.splitRegex().equals(",");
        layer.put(name, all ? values : List.of(values.getLast()));
        places.putIfAbsent(name, "a #SKIFF line");
      }
    }
    add(layer);
    return this;
  }

  /// What a site's profile says, unless a script's own `#SBATCH` line does.
  OptionLayers profile(SiteProfile profile, List<String> sbatchLines) {
    Map<String, List<String>> layer = new LinkedHashMap<>();
    profile
        .words()
        .forEach((key, values) -> {
          String option = "--" + (key.equals(ProfileKey.BINDS) ? "bind" : key.name());
          Directive own = DIRECTIVES.get(option);
          boolean saidThere =
              own != null && !UserScript.directive(sbatchLines, own.name, own.letter).isEmpty();
          boolean counted = key.equals(ProfileKey.CPUS) || key.equals(ProfileKey.MEMORY);
          if (spec.findOption(option) != null && !saidThere && !counted) {
            layer.put(
                option, key.equals(ProfileKey.QUEUE) ? List.of(String.join(",", values)) : values);
          }
        });
    add(layer);
    return this;
  }

  /// In front of what was said before: of what is added up, the nearest comes last.
  private void add(Map<String, List<String>> layer) {
    List<String> all = new ArrayList<>();
    layer.forEach((option, values) -> {
      if (said.add(option) || ADDED_UP.contains(option)) {
        values.forEach(value -> all.add(option + "=" + value));
      }
    });
    all.addAll(words);
    words = all;
  }

  /// The words to put before those that were typed; none if nobody else says anything.
  List<String> words() {
    return List.copyOf(words);
  }

  /// Reads all words once more, into a fresh command.
  void readInto(CommandLine fresh, List<String> typed) {
    List<String> all = new ArrayList<>(words);
    all.addAll(typed);
    fresh.setStopAtPositional(true).setOverwrittenOptionsAllowed(true);
    try {
      fresh.parseArgs(all.toArray(String[]::new));
    } catch (ParameterException e) {
      String option = e.getArgSpec() instanceof OptionSpec of ? name(of) : "";
      throw JobRequestReader.usage(
          places.getOrDefault(option, "what variables and #SKIFF lines say"),
          String.valueOf(e.getValue()),
          String.valueOf(e.getMessage()));
    }
  }
}
