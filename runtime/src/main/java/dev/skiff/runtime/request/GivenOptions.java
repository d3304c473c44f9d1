package dev.skiff.runtime.request;

import dev.skiff.definitions.problem.Problem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The options of one command line and of the environment, as text, before they mean anything.
///
/// An option is looked for on the command line first, then as `SKIFF_KEY`, `APPTAINER_KEY` and
/// `SINGULARITY_KEY`. An empty variable counts as none: containers leave empty ones behind.
final class GivenOptions {

  private static final String[] PREFIXES = {"SKIFF_", "APPTAINER_", "SINGULARITY_"};

  private final EnumMap<RunOption, List<String>> words = new EnumMap<>(RunOption.class);
  private final EnumMap<RunOption, Found[]> variables = new EnumMap<>(RunOption.class);
  private final List<Problem> problems;
  private final List<Problem> warnings;
  private @Nullable ShimOptions shim;

  GivenOptions(List<Problem> problems, List<Problem> warnings) {
    this.problems = problems;
    this.warnings = warnings;
  }

  /// Options that Skiff refuses are taken where an existing script may hold them.
  void takeRefused() {
    shim = new ShimOptions();
  }

  /// @param value null for a switch without one
  boolean isTaken(RefusedOption option, @Nullable String value) {
    return shim != null && shim.take(option, value);
  }

  /// What those say that were taken though refused.
  @Nullable ShimOptions shim() {
    return shim;
  }

  /// A value and where it stood.
  record Value(String text, String origin) {}

  private record Found(String text, String name, int rank) {}

  void add(RunOption option, String value) {
    List<String> given = words.get(option);
    if (given == null) {
      given = new ArrayList<>(2);
      words.put(option, given);
    }
    given.add(value);
  }

  /// Looks through the environment once, which is shorter than asking it for every key.
  void addEnvironment(Map<String, String> environment) {
    for (Map.Entry<String, String> entry : environment.entrySet()) {
      String name = entry.getKey();
      for (int rank = 0; rank < PREFIXES.length; rank++) {
        if (name.startsWith(PREFIXES[rank]) && !entry.getValue().isEmpty()) {
          addVariable(
              name.substring(PREFIXES[rank].length()), new Found(entry.getValue(), name, rank));
        }
      }
    }
  }

  private void addVariable(String key, Found found) {
    for (RunOption option : RunOption.values()) {
      int place = option.placeOfKey(key);
      if (place < 0) {
        continue;
      }
      addVariable(option, place, found);
      return;
    }
    RefusedOption refused = RefusedOption.ofKey(key);
    if (refused != null && !refused.asksNothing(found.text) && !isTaken(refused, found.text)) {
      warnings.add(RequestProblems.refusedVariable(found.name, refused));
    }
  }

  private void addVariable(RunOption option, int place, Found found) {
    Found[] places = variables.get(option);
    if (places == null) {
      places = new Found[option.environmentKeys().size()];
      variables.put(option, places);
    }
    Found other = places[place];
    if (other != null && !other.text.equals(found.text)) {
      boolean first = found.rank < other.rank;
      warnings.add(
          RequestProblems.differentTwins(
              first ? found.name : other.name, first ? other.name : found.name));
    }
    if (other == null || found.rank < other.rank) {
      places[place] = found;
    }
  }

  /// Whether it stands on the command line.
  boolean isTyped(RunOption option) {
    return words.containsKey(option);
  }

  /// Whether a switch is on.
  boolean isOn(RunOption option) {
    Value value = last(option);
    if (value == null) {
      return false;
    }
    if (!Switch.isWord(value.text)) {
      problems.add(RequestProblems.notABoolean(value.origin, value.text));
    }
    return Switch.isOn(value.text);
  }

  /// The value that counts, or null. An empty one counts as none, as scripts write `--pwd "$DIR"`;
  /// it still hides the variables.
  @Nullable Value last(RunOption option) {
    List<Value> values = all(option);
    if (values.isEmpty()) {
      return null;
    }
    Value last = values.getLast();
    return option.takesValue() && last.text.isEmpty() ? null : last;
  }

  /// All values of the command line; without any, those of the first key that is set.
  List<Value> all(RunOption option) {
    List<Value> values = fromWords(option);
    if (!values.isEmpty()) {
      return values;
    }
    for (Value value : fromVariables(option)) {
      return List.of(value);
    }
    return List.of();
  }

  /// All values of the command line, and those of every key after them.
  List<Value> everywhere(RunOption option) {
    List<Value> values = new ArrayList<>(fromWords(option));
    values.addAll(fromVariables(option));
    return values;
  }

  private List<Value> fromWords(RunOption option) {
    List<String> given = words.get(option);
    if (given == null) {
      return List.of();
    }
    List<Value> values = new ArrayList<>(given.size());
    for (String text : given) {
      values.add(new Value(text, option.spelling()));
    }
    return values;
  }

  private List<Value> fromVariables(RunOption option) {
    Found[] places = variables.get(option);
    if (places == null) {
      return List.of();
    }
    List<Value> values = new ArrayList<>(places.length);
    for (Found found : places) {
      if (found != null) {
        values.add(new Value(found.text, found.name));
      }
    }
    return values;
  }
}
