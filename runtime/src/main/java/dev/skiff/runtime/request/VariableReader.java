package dev.skiff.runtime.request;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.plan.ShellText;
import dev.skiff.runtime.request.EnvironmentRequest.Evaluation;
import dev.skiff.runtime.request.EnvironmentRequest.Passing;
import dev.skiff.runtime.request.EnvironmentRequest.Variable;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Reads `--env`, `--env-file` and the variables whose names say that they are for the container.
final class VariableReader {

  private static final String[] PREFIXES = {"SKIFFENV_", "APPTAINERENV_", "SINGULARITYENV_"};

  private final GivenOptions given;
  private final List<Problem> problems;
  private final List<Problem> warnings;

  VariableReader(GivenOptions given, List<Problem> problems, List<Problem> warnings) {
    this.given = given;
    this.problems = problems;
    this.warnings = warnings;
  }

  EnvironmentRequest read(boolean containAll, boolean compat, Map<String, String> environment) {
    boolean clean = given.isOn(RunOption.CLEANENV) || containAll;
    boolean literal = given.isOn(RunOption.NO_EVAL) || compat;
    boolean arguments = given.isOn(RunOption.EVAL) && !literal;
    return new EnvironmentRequest(
        prefixed(environment),
        files(),
        options(),
        clean ? Passing.CLEAN : Passing.HOST,
        withheld(),
        literal ? Evaluation.LITERAL : Evaluation.DOUBLE_QUOTED,
        arguments ? Evaluation.DOUBLE_QUOTED : Evaluation.LITERAL);
  }

  private List<Variable> prefixed(Map<String, String> environment) {
    TreeMap<String, Ranked> found = new TreeMap<>();
    for (Map.Entry<String, String> entry : environment.entrySet()) {
      for (int rank = 0; rank < PREFIXES.length; rank++) {
        if (entry.getKey().startsWith(PREFIXES[rank])) {
          String name = entry.getKey().substring(PREFIXES[rank].length());
          keep(found, name, new Ranked(entry.getValue(), rank));
        }
      }
    }
    List<Variable> variables = new ArrayList<>(found.size());
    for (Map.Entry<String, Ranked> entry : found.entrySet()) {
      String name = entry.getKey();
      Ranked ranked = entry.getValue();
      if (!ShellText.isVariableName(name)) {
        warnings.add(RequestProblems.skippedVariable(PREFIXES[ranked.rank] + name));
      } else if (!isHome(name, PREFIXES[ranked.rank] + name)) {
        variables.add(new Variable(name, ranked.value));
      }
    }
    return variables;
  }

  private record Ranked(String value, int rank) {}

  private void keep(Map<String, Ranked> found, String name, Ranked one) {
    Ranked other = found.get(name);
    if (other == null) {
      found.put(name, one);
      return;
    }
    Ranked used = one.rank < other.rank ? one : other;
    Ranked ignored = one.rank < other.rank ? other : one;
    if (!used.value.equals(ignored.value)) {
      warnings.add(
          RequestProblems.differentTwins(
              PREFIXES[used.rank] + name, PREFIXES[ignored.rank] + name));
    }
    found.put(name, used);
  }

  private boolean isHome(String name, String source) {
    if (!name.equals("HOME")) {
      return false;
    }
    warnings.add(RequestProblems.homeVariable(source));
    return true;
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (GivenOptions.Value value : given.all(RunOption.ENV_FILE)) {
      for (String name : Words.split(value.text(), ',')) {
        try {
          files.add(Path.of(name));
        } catch (InvalidPathException e) {
          problems.add(RequestProblems.path(RunOption.ENV_FILE, name, BindSpec.unusable(e)));
        }
      }
    }
    return files;
  }

  private List<Variable> options() {
    List<Variable> variables = new ArrayList<>();
    for (GivenOptions.Value value : given.all(RunOption.ENV)) {
      for (String pair : pairs(value.text())) {
        addPair(pair, variables);
      }
    }
    return variables;
  }

  /// The pairs of one option: one pair keeps its commas, several are comma-separated values.
  private List<String> pairs(String option) {
    int first = option.indexOf('=');
    if (first < 0 || option.indexOf('=', first + 1) < 0) {
      boolean quoted = option.length() > 1 && option.startsWith("\"") && option.endsWith("\"");
      return List.of(quoted ? option.substring(1, option.length() - 1) : option);
    }
    try {
      return Words.csv(option);
    } catch (Words.MalformedRecord e) {
      problems.add(RequestProblems.variable(option, String.valueOf(e.getMessage())));
      return List.of();
    }
  }

  private void addPair(String pair, List<Variable> variables) {
    int equals = pair.indexOf('=');
    if (pair.isEmpty()) {
      return;
    }
    if (equals < 0) {
      problems.add(RequestProblems.variable(pair, pair + " must be formatted as key=value"));
      return;
    }
    String name = pair.substring(0, equals).stripLeading(); // "A=1, B=2"
    if (equals == 0) {
      warnings.add(RequestProblems.namelessVariable(pair));
    } else if (!ShellText.isVariableName(name)) {
      problems.add(RequestProblems.variable(pair, "no shell can assign to '" + name + "'"));
    } else if (!isHome(name, "--env")) {
      variables.add(new Variable(name, pair.substring(equals + 1)));
    }
  }

  private Set<String> withheld() {
    Set<String> names = new HashSet<>();
    for (GivenOptions.Value value : given.all(RunOption.NO_ENV)) {
      for (String name : Words.split(value.text(), ',')) {
        names.add(name);
      }
    }
    return names;
  }
}
