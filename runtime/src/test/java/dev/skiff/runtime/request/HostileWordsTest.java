package dev.skiff.runtime.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.request.EnvironmentRequest.Variable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Words made of the letters that mean something; `WordsFuzzTest` looks further.
final class HostileWordsTest {

  private static final String LETTERS = "/a:,\\\"'=ro-\0\n $(){}`é[";

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void parsersAnswerWhateverTheyAreGiven(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      String text = text(random);
      check(text);
    }
  }

  static void check(String text) {
    for (BindSpec.Parsed parsed : BindSpec.parseList(text, "-B")) {
      if (parsed instanceof BindSpec.Accepted(BindSpec bind)) {
        assertThat(bind.target().value()).as(text).startsWith("/");
        assertThat(bind.source().toString()).as(text).isNotEmpty();
      }
    }
    BindSpec.Parsed mount = MountSpec.parse("type=bind," + text, "--mount");
    assertThat(mount).isNotNull();
    RunArguments.Parsed parsed =
        RunArguments.parse(
            new String[] {"exec", text, "--env", text, "-H", text, "-S", text, text, "i", text},
            Map.of("SKIFF_MOUNT", text, "APPTAINERENV_" + text, text, "SKIFF_DNS", text));
    if (parsed instanceof RunArguments.Rejected rejected) {
      assertThat(rejected.problems()).as(text).isNotEmpty();
    }
    try {
      List<Variable> variables = EnvironmentFile.parse(Path.of("f"), "A=" + text, Map.of());
      assertThat(variables).as(text).isNotEmpty();
    } catch (ProblemException e) {
      assertThat(e.problem().why()).as(text).startsWith("line ");
    }
  }

  private static String text(Random random) {
    int length = random.nextInt(12);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }
}
