package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The ranks of one node share one container with `--share`, as long as one of them lives.
@Timeout(120)
final class ShareIT {

  private static final String FUNCTIONS =
      """
      skiff=$1 image=$2
      servers() { # how often the image is mounted
        n=$(losetup -n -j "$image" 2>&- | wc -l)
        for process in /proc/[0-9]*; do
          grep -qsx squashfuse_ll $process/comm && grep -qsa -- "$image" $process/cmdline && n=$((n + 1))
        done
        echo $n
      }
      lines() { # how many there are to be; waits for them
        for i in $(seq 300); do [ "$(wc -l <out)" = "$1" ] && break; sleep 0.1; done
        # Not how many there were: the number of one that has ended is given to the next.
        echo "$(wc -l <out) ranks, $(grep -cxF "$(head -n 1 out)" out) with the first, mounted $(servers) times"
      }
      gone() {
        for i in $(seq 100); do [ "$(servers)" = 0 ] && break; sleep 0.1; done
        echo "left: $(servers)"
      }
      : >out
      """;

  private Path image = Path.of("/");

  @BeforeAll
  static void needsPerl() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/perl")), "there is no /usr/bin/perl");
  }

  private Outcome script(HostUser user, String text) throws IOException {
    Path directory = directoryOf(user.orSkip());
    image = directory.resolve("image.sif");
    Files.copy(BusyboxImage.sif(), image);
    List<String> command = new ArrayList<>(List.of("sh", "-c", FUNCTIONS + text, "sh"));
    command.addAll(List.of(InstalledSkiff.command().toString(), image.toString()));
    return as(user, directory, Map.of("TMPDIR", directory.toString()), "", command);
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void ranksThatStartAtOnceShareUntilTheLastIsKilled(HostUser user) throws IOException {
    Outcome outcome =
        script(
            user,
            """
            for i in 1 2 3 4 5; do
              "$skiff" exec --share "$image" sh -c 'readlink /proc/self/ns/user; exec sleep 100' >>out &
              ranks="$ranks $!"
            done
            lines 5
            set -- $ranks
            kill -9 $1 $2 $3 $4
            "$skiff" exec --share "$image" readlink /proc/self/ns/user >>out
            lines 6
            "$skiff" exec --share "$image" head -c 4 /bin/busybox | wc -c
            kill -9 $5
            gone
            """);
    outcome.prints(
        """
        5 ranks, 5 with the first, mounted 1 times
        6 ranks, 6 with the first, mounted 1 times
        4
        left: 0
        """);
  }

  @Test
  void withoutTheOptionNothingIsShared() throws IOException {
    script(
            HostUser.SINGLE,
            """
            for i in 1 2; do
              "$skiff" exec "$image" sh -c 'readlink /proc/self/ns/user; exec sleep 100' >>out &
              ranks="$ranks $!"
            done
            lines 2
            kill -9 $ranks
            gone
            """)
        .prints("2 ranks, 1 with the first, mounted 2 times\nleft: 0\n");
  }

  @Test
  void aRankHasItsOwnVariablesStatusAndStreams() throws IOException {
    Outcome outcome =
        script(
            HostUser.SINGLE,
            """
            export SKIFF_EXPLAIN_START=1
            "$skiff" exec --share "$image" sh -c 'readlink /proc/self/ns/user; exec sleep 100' >>out &
            first=$!
            lines 1
            echo typed | "$skiff" exec --share "$image" sh -c 'readlink /proc/self/ns/user >>out; cat; exit 41'
            echo "status $?"
            MORE=it "$skiff" exec --share "$image" sh -c 'readlink /proc/self/ns/user >>out; echo "$MORE $1"' sh 'a  b'
            lines 3
            SKIFFENV_MORE=other "$skiff" exec --share "$image" sh -c 'readlink /proc/self/ns/user >>out; echo "$MORE"'
            lines 4
            cp "$image" other.sif
            "$skiff" exec --share other.sif readlink /proc/self/ns/user >>out
            lines 5
            (sh -c '"$0" exec --share "$1" readlink /proc/self/ns/user; :' "$skiff" "$image") >>out
            lines 6
            kill -9 $first
            gone
            """);
    outcome.prints(
        """
        1 ranks, 1 with the first, mounted 1 times
        typed
        status 41
        it a  b
        3 ranks, 3 with the first, mounted 1 times
        other
        4 ranks, 3 with the first, mounted 1 times
        5 ranks, 3 with the first, mounted 1 times
        6 ranks, 3 with the first, mounted 1 times
        left: 0
        """);
    assertThat(outcome.err().lines().filter(line -> line.startsWith("start: shared, by ")))
        .as(outcome.err())
        .hasSize(1);
  }

  @Test
  void aCallerWithManyDescriptorsIsServedToo() throws IOException {
    script(
            HostUser.SINGLE,
            """
            exec 3</dev/null 4</dev/null 5</dev/null 6</dev/null 7</dev/null 8</dev/null 9</dev/null
            "$skiff" exec --share "$image" sleep 100 &
            first=$!
            for i in $(seq 100); do grep -qx sleep /proc/$first/comm && break; sleep 0.1; done
            "$skiff" exec --share "$image" sh -c 'read -r _ <&9 || echo ended'
            "$skiff" exec "$image" sh -c 'read -r _ <&9 || echo ended'
            kill -9 $first
            gone
            """)
        .prints("ended\nended\nleft: 0\n");
  }

  @ParameterizedTest
  @CsvSource({
    "--pid,process numbers of its own",
    "--fakeroot,--fakeroot",
    "--no-privs,rights other than usual"
  })
  void whatCannotBeSharedIsRefused(String option, String words) throws IOException {
    script(HostUser.SINGLE, "\"$skiff\" exec --share " + option + " \"$image\" true; echo $?")
        .complains("cannot use --share together with " + words)
        .prints("2\n");
  }
}
