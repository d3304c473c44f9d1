package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Callers that leave less than usual: closed descriptors, a directory that is gone.
final class OddCallerIT {

  private static final HostUser USER = HostUser.SINGLE;

  private Path directory = Path.of("/");

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = directoryOf(USER.orSkip());
  }

  private Outcome script(String script) {
    Map<String, String> variables =
        Map.of(
            "skiff", InstalledSkiff.command().toString(), "image", BusyboxImage.sif().toString());
    return as(USER, directory, variables, "", List.of("sh", "-c", script));
  }

  @Test
  void aClosedInputIsEmptyAndNoFileOfOurs() {
    String command = "$skiff exec $image sh -c 'readlink /proc/self/fd/0; cat' <&-";
    for (int time = 0; time < 2; time++) { // the second one without Java
      script(command).ends(0).prints("/dev/null\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {">&-", "2>&-", "<&- >&- 2>&-"})
  void whatIsSaidIntoAClosedOutputIsLost(String closed) {
    String command = "$skiff exec $image sh -c 'echo said && echo told >&2 && exit 5' " + closed;
    for (int time = 0; time < 2; time++) {
      script(command).ends(5);
    }
  }

  @Test
  void aDirectoryThatIsGoneIsReplacedByTheHome() {
    String command = "mkdir gone && cd gone && rmdir ../gone && $skiff exec $image pwd";
    for (int time = 0; time < 2; time++) {
      Outcome outcome = script(command).ends(0).prints(USER.ids().get(2) + "\n");
      assertThat(outcome.err())
          .contains("warning: Error changing the container working directory", "was removed");
    }
  }

  @Test
  void anEnvironmentMayBeWrittenForBash() {
    script(
            """
            set -e
            printf '%s\\n' 'Bootstrap: localimage' "From: $image" '%files' '  /bin/bash /bin/bash' \\
              '%environment' '  list=(a b)' '  [[ ${list[1]} == b ]] && export X=${list[1]}' >d
            ldd /bin/bash | sed -n 's,.*[[:blank:]]\\(/[^ ]*\\) .*,  \\1 \\1,p' >libs
            sed -i '/%files/r libs' d
            $skiff -q build b.sif d
            """)
        .ends(0);
    for (int time = 0; time < 2; time++) {
      Outcome outcome = script("$skiff exec b.sif sh -c 'echo $X $#' x 'a b' c");
      assertThat(outcome.ends(0).prints("b 2\n").err()).isEmpty();
    }
  }
}
