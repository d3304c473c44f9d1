package dev.skiff.runtime.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.request.RunArguments.Accepted;
import dev.skiff.runtime.request.RunArguments.Parsed;
import dev.skiff.runtime.request.RunArguments.Rejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each option of Apptainer for each command that has it, and the variables that stand for it:
/// Skiff has it under the same names, and it counts, or Skiff says what to use instead.
final class PeerOptionsTest {

  private static final List<String> PREFIXES = List.of("SKIFF_", "APPTAINER_", "SINGULARITY_");

  /// What `request/peer-options.txt` says of one option.
  enum Fate {
    DOES,
    REFUSES,
    ACCEPTS
  }

  record Row(
      List<String> names,
      List<String> values,
      List<String> keys,
      Fate fate,
      List<String> beside,
      boolean inFront) {

    @Override
    public String toString() {
      return names.getLast();
    }

    boolean isSwitch() {
      return values.isEmpty();
    }

    /// The ways to type it.
    List<List<String>> typed() {
      List<List<String>> ways = new ArrayList<>();
      String long_ = names.getLast();
      if (isSwitch()) {
        names.forEach(name -> ways.add(List.of(name)));
        for (String word : List.of("1", "t", "T", "true", "TRUE", "True")) {
          ways.add(List.of(long_ + "=" + word));
        }
        return ways;
      }
      String value = values.getFirst();
      for (String name : names) {
        ways.add(List.of(name, value));
        ways.add(List.of(name + "=" + value));
      }
      if (names.size() > 1) {
        ways.add(List.of(names.getFirst() + value));
      }
      return ways;
    }

    /// The same, turned off.
    List<List<String>> typedOff() {
      List<List<String>> ways = new ArrayList<>();
      for (String name : names) {
        for (String word :
            isSwitch() ? List.of("0", "f", "F", "false", "FALSE", "False") : List.of("")) {
          ways.add(List.of(name + "=" + word));
        }
      }
      return ways;
    }
  }

  static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    boolean inFront = false;
    for (String line : Files.readAllLines(Path.of("src/test/resources/request/peer-options.txt"))) {
      inFront |= line.startsWith("# In front");
      if (!line.startsWith("#")) {
        String[] columns = line.split("\\|", -1);
        String[] fate = columns[3].strip().split(" with ", -1);
        rows.add(
            new Row(
                words(columns[0]),
                words(columns[1]),
                words(columns[2]),
                Fate.valueOf(fate[0].toUpperCase(Locale.ROOT)),
                fate.length > 1 ? List.of(fate[1]) : List.of(),
                inFront));
      }
    }
    return rows;
  }

  private static List<String> words(String column) {
    return column.isBlank() ? List.of() : Arrays.asList(column.strip().split(" +", -1));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyWayToTypeItCounts(Row row) {
    for (Verb verb : Verb.values()) {
      for (List<String> words : row.typed()) {
        Parsed parsed = parse(row, verb, words, Map.of());
        if (row.fate == Fate.REFUSES || !has(verb, row)) {
          isRefusedWithAnAlternative(parsed, row.toString().replace("sharens", "share"), verb);
        } else {
          isAcceptedAndCounts(parsed, plain(row, verb), row, verb);
        }
      }
    }
  }

  private static void isRefusedWithAnAlternative(Parsed parsed, String named, Verb verb) {
    assertThat(parsed).as("%s %s", verb, named).isInstanceOf(Rejected.class);
    assertThat(((Rejected) parsed).problems())
        .as("%s %s", verb, named)
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.what()).contains(named).doesNotContain("unknown");
          assertThat(problem.fix()).isNotBlank();
        });
  }

  private static void isAcceptedAndCounts(Parsed parsed, ExecRequest plain, Row row, Verb verb) {
    assertThat(parsed).as("%s %s", verb, row).isInstanceOf(Accepted.class);
    assertThat(((Accepted) parsed).warnings()).as("%s %s", verb, row).isEmpty();
    ExecRequest request = ((Accepted) parsed).request();
    if (row.fate == Fate.DOES && differs(verb, row)) {
      assertThat(request).as("%s %s", verb, row).isNotEqualTo(plain);
    } else {
      assertThat(request).as("%s %s", verb, row).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void turnedOffOrEmptyItIsAsIfItWereNotThere(Row row) {
    for (List<String> words : row.typedOff()) {
      Verb verb = verbOf(row);
      Parsed parsed = parse(row, verb, words, Map.of());
      if (row.toString().equals("--home")) {
        isRefusedWithAnAlternative(parsed, "home directory", verb);
      } else {
        assertThat(parsed).as(words.toString()).isInstanceOf(Accepted.class);
        assertThat(((Accepted) parsed).request()).as(words.toString()).isEqualTo(plain(row, verb));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachOfItsVariablesCountsUnderEachPrefixOrIsTold(Row row) {
    Verb verb = verbOf(row);
    for (String key : row.keys) {
      for (String prefix : PREFIXES) {
        String value = row.isSwitch() ? "true" : row.values.getFirst();
        Parsed parsed = parse(row, verb, List.of(), Map.of(prefix + key, value));
        assertThat(parsed).as(prefix + key).isInstanceOf(Accepted.class);
        Accepted accepted = (Accepted) parsed;
        if (row.fate == Fate.REFUSES) {
          assertThat(accepted.warnings())
              .extracting(Problem::what)
              .containsExactly(prefix + key + " has no effect");
        } else {
          isAcceptedAndCounts(parsed, plain(row, verb), row, verb);
          assertThat(masked(accepted.request(), prefix + key))
              .as(prefix + key)
              .isEqualTo(masked(typed(row, verb), row.toString()));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theFirstOfThreePrefixesWinsAndTheLineBeforeThem(Row row) {
    if (row.fate != Fate.DOES || row.isSwitch() || row.keys.isEmpty()) {
      return;
    }
    Verb verb = verbOf(row);
    String one = row.values.getFirst();
    String other = row.values.getLast();
    String key = row.keys.getFirst();
    for (int first = 0; first < PREFIXES.size(); first++) {
      Map<String, String> variables = new HashMap<>();
      variables.put(PREFIXES.get(first) + key, one);
      for (String later : PREFIXES.subList(first + 1, PREFIXES.size())) {
        variables.put(later + key, other);
      }
      Accepted accepted = (Accepted) parse(row, verb, List.of(), variables);
      assertThat(masked(accepted.request(), PREFIXES.get(first) + key))
          .as(variables.toString())
          .isEqualTo(masked(typed(row, verb), row.toString()));
    }
    boolean adds = row.keys.contains("BIND") || row.keys.contains("MOUNT");
    ExecRequest both =
        ((Accepted) parse(row, verb, List.of(row + "=" + one), Map.of("SKIFF_" + key, other)))
            .request();
    assertThat(both.equals(typed(row, verb))).as(row.toString()).isEqualTo(!adds);
  }

  private static ExecRequest typed(Row row, Verb verb) {
    return ((Accepted) parse(row, verb, row.typed().getFirst(), Map.of())).request();
  }

  /// Binds remember where they were given.
  private static String masked(ExecRequest request, String origin) {
    return request.toString().replace("origin=" + origin, "");
  }

  private static ExecRequest plain(Row row, Verb verb) {
    Parsed parsed = parse(row, verb, List.of(), Map.of());
    assertThat(parsed).isInstanceOf(Accepted.class);
    return ((Accepted) parsed).request();
  }

  private static Parsed parse(
      Row row, Verb verb, List<String> option, Map<String, String> environment) {
    List<String> words = new ArrayList<>();
    if (row.inFront) {
      words.addAll(option);
    }
    words.addAll(List.of(verb.words().split(" ", -1)));
    words.addAll(row.beside);
    if (!row.inFront) {
      words.addAll(option);
    }
    words.add("image");
    if (verb.isInstance()) {
      words.add("name");
    } else if (verb != Verb.SHELL) {
      words.add("command");
    }
    String[] all = words.toArray(new String[0]);
    assertThat(RunArguments.verb(all)).as(words.toString()).isEqualTo(verb);
    return RunArguments.parse(all, environment);
  }

  private static Verb verbOf(Row row) {
    return switch (row.toString()) {
      case "--shell" -> Verb.SHELL;
      case "--pid-file" -> Verb.INSTANCE_START;
      default -> Verb.EXEC;
    };
  }

  /// `--shell` and `--pid-file` are for some commands only; an instance has process numbers of its
  /// own, so that its mounts are nobody else's.
  private static boolean has(Verb verb, Row row) {
    return switch (row.toString()) {
      case "--shell" -> verb == Verb.SHELL;
      case "--pid-file" -> verb.isInstance();
      case "--sharens" -> !verb.isInstance();
      default -> true;
    };
  }

  private static boolean differs(Verb verb, Row row) {
    return !verb.isInstance() || !List.of("--pid", "--no-pid").contains(row.toString());
  }
}
