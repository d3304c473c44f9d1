package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A payload with a pid namespace of its own, started without Java: we stay, pass signals on, and
/// leave nothing.
@Timeout(120)
final class WarmIsolatedIT {

  private static final HostUser USER = HostUser.SINGLE;

  /// Starts until one is warm; then each script is about warm ones.
  private static final String FUNCTIONS =
      """
      skiff=$1 image=$2; shift 2; ulimit -c 0
      go() { # options, then -- and the payload
        words=
        while [ "$1" != -- ]; do words="$words $1"; shift; done
        shift
        "$skiff" exec $words "$image" "$@"
      }
      kept() { # options
        for i in $(seq 100); do
          go "$@" -- true 2>&1 | grep -aq '^start: warm' && break
          sleep 0.1
        done
        go "$@" -- true 2>&1 | grep -ao '^start: warm'
      }
      left() { # programs that have the image's path in their words
        for i in $(seq 50); do
          n=0
          for process in /proc/[0-9]*; do
            case $process in /proc/$$) continue ;; esac
            grep -qsa -- "$image" $process/cmdline && ! grep -qx sh $process/comm && n=$((n + 1))
          done
          [ $n = 0 ] && break
          sleep 0.1
        done
        echo "left: $n"
      }
      """;

  private Path directory = Path.of("/");
  private Path image = Path.of("/");

  @BeforeEach
  void copyTheImage() throws IOException {
    directory = directoryOf(USER.orSkip());
    image = WarmImage.inOrSkip(directory);
  }

  private Outcome script(String text) {
    Map<String, String> variables =
        Map.of("TMPDIR", directory.toString(), "SKIFF_EXPLAIN_START", "1");
    List<String> command = new ArrayList<>(List.of("sh", "-c", FUNCTIONS + text, "sh"));
    command.addAll(List.of(InstalledSkiff.command().toString(), image.toString()));
    return as(USER, directory, variables, "typed\n", command);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-C", "--pid", "-p", "--compat", "-C --writable-tmpfs", "-C --no-pid", "-i"})
  void theSecondStartIsLikeTheFirst(String options) {
    script(
            """
            look='id; pwd; cat; grep -E "Sig|Cap|NoNew|Threads|Seccomp" /proc/self/status
              awk "{ print \\$5, \\$6, \\$9 }" /proc/self/mountinfo; env | grep -v SKIFF_NO | sort
              ls /dev /proc/self/fd; echo "$#" "$@"'
            kept OPTIONS
            echo in | go OPTIONS -- sh -c "$look" -- 'a b' '$(touch evil)' >warm 2>said
            grep -ao '^start: warm' said
            export SKIFF_NO_PLAN_CACHE=1
            echo in | go OPTIONS -- sh -c "$look" -- 'a b' '$(touch evil)' >cold 2>said
            grep -ao '^start: with Java' said
            diff -u cold warm && grep -c '^uid=' warm
            """
                .replace("OPTIONS", options))
        .ends(0)
        .prints("start: warm\nstart: warm\nstart: with Java\n1\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true | 0",
        "exit 41 | 41",
        "kill -TERM $$ | 143",
        "kill -KILL $$ | 137",
        "exec nosuch | 127",
        "exec /etc/passwd | 126",
        "sleep 1000 & exit 3 | 3",
      })
  void theStatusIsThePayloads(String payload, int status) {
    script(
            """
            kept -C
            go -C -- sh -c 'PAYLOAD' 2>said; echo $?
            grep -ao '^start: warm' said
            left
            """
                .replace("PAYLOAD", payload))
        .prints("start: warm\n%d\nstart: warm\nleft: 0\n".formatted(status));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HUP", "INT", "QUIT", "USR1", "USR2", "ALRM", "TERM", "CONT"})
  void signalsReachThePayload(String signal) {
    script(
            """
            kept -C
            perl -e '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec @ARGV' "$skiff" exec -C "$image" sh -c '
              trap "echo SIGNAL; exit 7" SIGNAL; echo ready
              while :; do sleep 0.05; done' >out 2>said </dev/null & child=$!
            until grep -q ready out; do sleep 0.05; done
            kill -SIGNAL $child; wait $child; echo $?
            grep -v ready out; grep -ao '^start: warm' said; left
            """
                .replace("SIGNAL", signal))
        .prints("start: warm\n7\n%s\nstart: warm\nleft: 0\n".formatted(signal));
  }

  @Test
  void nothingIsLeftWhenWeAreKilled() {
    script(
            """
            kept -C
            for pause in $(seq 0.002 0.004 0.08) 0.3; do
              "$skiff" exec -C "$image" sleep 1000 2>/dev/null & child=$!
              sleep $pause
              kill -9 $child 2>/dev/null
            done
            left
            kept -C
            """)
        .prints("start: warm\nleft: 0\nstart: warm\n");
  }

  @Test
  void orphansAreReapedAndTheServerIsOutOfSight() {
    script(
            """
            kept -C
            go -C -- sh -c 'for i in 1 2 3 4 5; do (true & ) ; done; sleep 0.3
              grep -sl "State:.Z" /proc/[0-9]*/status | wc -l
              cat /proc/[0-9]*/comm | grep -c squashfuse' 2>said
            grep -ao '^start: warm' said
            """)
        .prints("start: warm\n0\n0\nstart: warm\n");
  }

  /// The set-up fails, and the waiting shell starts over from where it is.
  @Test
  void whatHasChangedIsPlannedAgainInThere() {
    assertThat(
            script(
                    """
                    mkdir data; echo one >data/file
                    kept -C -B data:/data
                    rm -r data
                    go -C -B data:/data -- true; echo $?
                    mkdir data; echo two >data/file
                    for i in 1 2; do kept -C -B data:/data; done
                    rm -r data; echo a file >data
                    go -C -B data:/data -- sh -c 'cat /data; echo $$; exit 5'; echo $?
                    left
                    """)
                .out())
        .matches("start: warm\n125\nstart: warm\nstart: warm\na file\n\\d+\n5\nleft: 0\n");
  }
}
