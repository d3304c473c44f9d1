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

/// `bin/skiff` finds the image among the words before Java does; both must see the same one.
class LaunchScriptTest {

  private static final Pattern LONG_WITH_VALUE =
      Pattern.compile("    (--bind \\|.*?)\\)\\s+takes=1", Pattern.DOTALL);
  private static final Pattern SHORT_WITH_VALUE = Pattern.compile("\\*:\\[(\\w+)\\]");

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
    assertThat(withValue()).doesNotContainAnyElementsOf(switches);
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
