package dev.skiff.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.request.RefusedOption;
import dev.skiff.runtime.request.RunOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `bin/skiff` finds the image among the words before Java does; both must see the same one.
class LaunchScriptTest {

  private static final Pattern LONG_WITH_VALUE =
      Pattern.compile("    (--bind \\|.*?)\\)\\s+skiff_takes=1", Pattern.DOTALL);
  private static final Pattern SHORT_WITH_VALUE = Pattern.compile("\\*:\\[(\\w+)\\]");

  private static final Pattern SET =
      Pattern.compile("(?:^|(?<=[\\s;(&|{\"]))([a-z][a-z_0-9]*)=(?![=~])");
  private static final Pattern READ =
      Pattern.compile(
          "\\b(?:read -r|for(?= \\w+ (?:in|do)\\b)) ([a-z_ ]+?)(?=[^a-z_ ]| (?:in|do)\\b|$)");

  @Test
  void theLauncherKnowsEveryOptionWithAValue() throws IOException {
    Set<String> wanted = new TreeSet<>();
    for (RunOption option : RunOption.values()) {
      if (option.takesValue()) {
        wanted.addAll(option.names());
      }
    }
    for (RefusedOption option : RefusedOption.all()) {
      if (option.takesValue()) {
        wanted.add(option.spelling());
      }
    }
    assertThat(withValue()).containsAll(wanted);
  }

  @Test
  void theLauncherTakesNoSwitchForAnOptionWithAValue() throws IOException {
    List<String> switches = new ArrayList<>();
    for (RunOption option : RunOption.values()) {
      if (!option.takesValue()) {
        switches.addAll(option.names());
      }
    }
    for (RefusedOption option : RefusedOption.all()) {
      if (!option.takesValue()) {
        switches.add(option.spelling());
      }
    }
    assertThat(withValue()).doesNotContainAnyElementsOf(switches);
  }

  /// What the caller has exported under the name of one would reach the payload with the script's
  /// value.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bin/skiff",
        "bin/apptainer",
        "bin/run-singularity",
        "libexec/skiff/enter",
        "libexec/skiff/enter-instance",
        "libexec/skiff/enter-isolated",
        "libexec/skiff/instances",
        "libexec/skiff/join",
        "libexec/skiff/parts",
        "libexec/skiff/tie",
        "libexec/skiff/ties",
        "libexec/skiff/with"
      })
  void variablesOfScriptsHaveNamesOfTheirOwn(String script) throws IOException {
    Set<String> names = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("..", script))) {
      if (!line.strip().startsWith("#")) {
        SET.matcher(line).results().forEach(found -> names.add(found.group(1)));
        READ.matcher(line)
            .results()
            .forEach(found -> names.addAll(List.of(found.group(1).strip().split(" +", -1))));
      }
    }
    names.removeIf(name -> name.startsWith("skiff_") || name.equals("_") || name.equals("do"));
    assertThat(names).isEmpty();
  }

  /// Where it may grow to 32 GB, as it may by default with 128 GB of memory, the JVM refuses a
  /// start-up cache of one where it may not.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bin/skiff",
        "libexec/skiff/parts",
        "libexec/skiff/start-with-java",
        "libexec/skiff/train-aot"
      })
  void everyJvmHasTheSameLargestHeap(String script) throws IOException {
    String text = Files.readString(Path.of("..", script)).replace("\\\n", " ");
    List<String> starts = text.lines().filter(line -> line.contains("-XX:+UseSerialGC")).toList();
    assertThat(starts).isNotEmpty().allMatch(line -> line.contains("-Xmx256m"));
  }

  private static Set<String> withValue() throws IOException {
    String script = Files.readString(Path.of("../bin/skiff"));
    Set<String> known = new TreeSet<>();
    Matcher names = LONG_WITH_VALUE.matcher(script);
    assertThat(names.find()).isTrue();
    known.addAll(List.of(names.group(1).replace("\\\n", " ").strip().split("\\s*\\|\\s*", -1)));
    Matcher letters = SHORT_WITH_VALUE.matcher(script);
    assertThat(letters.find()).isTrue();
    letters.group(1).chars().forEach(letter -> known.add("-" + (char) letter));
    known.add("-s"); // of `shell` only, as the script has it too
    return known;
  }
}
