package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Containers that outlive the command that started them, and commands beside such.
@Timeout(180)
final class InstanceIT {

  private static final HostUser USER = HostUser.SINGLE;

  private static final Path IMAGE = build();

  private static Path build() {
    try {
      Path folder = directoryOf(HostUser.ROOT.orSkip());
      Files.writeString(
          folder.resolve("i.def"),
          """
          Bootstrap: localimage
          From: %s

          %%startscript
              echo "started $# $1 $APPTAINER_INSTANCE"
              trap 'echo interrupted; exit 3' INT
              touch /ready/$APPTAINER_INSTANCE
              while :; do sleep 0.1; done
          %%runscript
              echo "ran $# $1"
          """
              .formatted(BusyboxImage.sif()));
      InstalledSkiff.skiff(HostUser.ROOT, folder, "build", "i.sif", "i.def").ends(0);
      return folder.resolve("i.sif");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// A shell script with `$skiff`, `$image`, and functions that wait; all it starts is its own, and
  /// ends with it.
  private static Outcome script(HostUser user, String script) {
    Path directory = directoryOf(user.orSkip());
    Map<String, String> variables =
        Map.of(
            "skiff", InstalledSkiff.command().toString(),
            "image", IMAGE.toString(),
            "SKIFF_STATEDIR", directory.resolve("state").toString(),
            "SKIFF_BIND", directory + ":/ready");
    String functions =
        """
        trap '$skiff --quiet instance stop -F --all 2>/dev/null' 0
        number() { sed -n 's/^pid //p' state/instances/*/$1/record; }
        until_true() { n=0; while ! "$@" && [ $n -lt 300 ]; do n=$((n + 1)); sleep 0.1; done; "$@"; }
        gone() { # the processes that a command line names
          ! ps -eo stat,args | grep -v '^Z' | grep -v grep | grep -q "$1"
        }
        """;
    return as(user, directory, variables, "", List.of("sh", "-c", functions + script));
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void anInstanceIsStartedListedEnteredAndStopped(HostUser user) {
    Outcome outcome =
        script(
            user,
            """
            $skiff instance start $image one 'two words' x || exit 1
            until_true test -e one
            $skiff instance list | awk '{ print $1, $NF }'
            $skiff exec instance://one sh -c 'echo "$FOO $APPTAINER_INSTANCE $SKIFF_NAME $(id -u)"; exit 7'
            echo $?
            echo text | $skiff exec instance://one cat
            $skiff run instance://one a
            $skiff exec instance://one sh -c 'echo $$ > /ready/number'
            [ $(cat number) -lt 200 ] && echo inside
            $skiff exec -B /tmp:/mnt instance://one true 2>&1 | grep error; SKIFF_BIND=/nope $skiff exec instance://one true
            $skiff instance start $image one; echo $?
            $skiff instance stop one; echo $?
            $skiff instance list | wc -l
            $skiff instance logs one
            $skiff instance stop one; echo $?
            $skiff exec instance://one true; echo $?
            """);
    outcome
        .ends(0)
        .prints(
            """
            INSTANCE IMAGE
            one %s
            bar one i.sif %s
            7
            text
            ran 1 a
            inside
            error: cannot use '--bind' with 'instance://one'
            125
            0
            1
            started 2 two words one
            interrupted
            1
            125
            """
                .formatted(IMAGE, user.ids().get(0)))
        .complains("instance one already exists")
        .complains("no instance found with name one");
  }

  @Test
  void noProcessIsLeftWhenItsFirstOneIsKilledAndItsNameIsFree() {
    script(
            USER,
            """
            $skiff --quiet instance start --pid-file pid $image k9 || exit 1
            [ "$(cat pid)" = "$(number k9)" ] && echo told
            $skiff exec instance://k9 sleep 4711 &
            until_true test -e k9
            until_true sh -c 'ps -eo args | grep -q "^sleep 4711"'
            kill -9 $(number k9)
            wait $!; echo $?
            until_true gone 'sleep 4711' && until_true gone 'running.*k9$' && echo nobody
            until_true gone "squashfuse.*$image" && echo unmounted
            $skiff --quiet instance start $image k9; echo $?
            """)
        .ends(0)
        .prints("told\n137\nnobody\nunmounted\n0\n");
  }

  @Test
  void ofNothingThatFailsToStartAnythingStays() {
    script(
            USER,
            """
            $skiff instance start nope.sif a; echo $?
            $skiff instance start $image 'bad name'; echo $?
            $skiff instance start -B /nonexist $image a; echo $?
            $skiff instance start $image; echo $?
            $skiff instance start --dry-run $image a | grep -q startscript && echo planned
            $skiff instance list | wc -l
            gone 'enter-instance.* a$' && echo nobody
            """)
        .ends(0)
        .prints("125\n125\n125\n2\nplanned\n1\nnobody\n")
        .complains("'bad name' is not a valid instance name");
  }

  @Test
  void namespacesRootAndBindsAreTheInstances() {
    script(
            USER,
            """
            mkdir shown && echo text > shown/file
            $skiff --quiet instance start -n --hostname box --fakeroot -B shown:/mnt $image n || exit 1
            $skiff exec instance://n sh -c 'cat /proc/sys/kernel/hostname /mnt/file; id -u
              grep -c : /proc/net/dev; echo $HOME $APPTAINER_BIND'
            """)
        .ends(0)
        .printsAmongOthers("box\ntext\n0\n1\n/root /mnt,/ready\n");
  }

  @Test
  void aSignalToTheCommandReachesWhatItRunsInside() {
    script(
            USER,
            """
            $skiff --quiet instance start $image s || exit 1
            $skiff exec instance://s sh -c 'trap "exit 9" TERM; touch /ready/trapped; while :; do sleep 0.1; done' &
            until_true test -e trapped
            kill -TERM $!; wait $!; echo $?
            $skiff exec instance://s sh -c 'touch /ready/again; sleep 4712' &
            until_true test -e again
            kill -KILL $!; wait $!; echo $?
            until_true gone 'sleep 4712' && echo ended with it
            """)
        .ends(0)
        .prints("9\n137\nended with it\n");
  }

  @Test
  void listsAreForProgramsToo() {
    Outcome outcome =
        script(
            USER,
            """
            $skiff --quiet instance start $image j1 && $skiff --quiet instance start $image j2 || exit 1
            $skiff instance list --json 'j?'
            $skiff instance stats --json j1
            $skiff instance stop -t 5 --all
            """);
    outcome.ends(0);
    for (String member : List.of("instance", "pid", "img", "ip", "logErrPath", "logOutPath")) {
      assertThat(outcome.out()).contains("\"" + member + "\" : ");
    }
    assertThat(outcome.out()).contains("\"processes\" : ").contains("\"memoryBytes\" : ");
  }

  @Test
  void instancesBesideACommandEndWithIt() {
    script(
            USER,
            """
            $skiff with a=$image -B $PWD:/mnt b=$image -- sh -c '
              $skiff instance list | tail -n +2 | cut -d" " -f1
              $skiff exec instance://b test -d /mnt/state && echo bound
              exit 5'
            echo $?
            until_true sh -c '[ $($skiff instance list | wc -l) = 1 ]' && echo none
            grep -c interrupted state/instances/*/a/out
            """)
        .ends(0)
        .prints("a\nb\nbound\n5\nnone\n1\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "KILL"})
  void instancesBesideACommandEndWhenItIsKilled(String signal) {
    script(
            USER,
            """
            $skiff with a=$image -- sleep 4713 &
            until_true sh -c 'ps -eo pid,args | grep -q "^ *'$!' sleep 4713"'
            kill -%s $!; wait $!; echo $?
            until_true sh -c '[ $($skiff instance list | wc -l) = 1 ]' && echo none
            until_true gone "squashfuse.*$image" && until_true gone 'skiff/tie' && echo nobody
            """
                .formatted(signal))
        .ends(0)
        .prints((signal.equals("TERM") ? "143" : "137") + "\nnone\nnobody\n");
  }

  /// As where Slurm finds a step's processes by other means than control groups.
  @Test
  void inAJobAnInstanceEndsWithTheStep() {
    script(
            USER,
            """
            cp /bin/bash slurmstepd
            SLURM_JOB_ID=1 ./slurmstepd -c '
              $skiff --quiet instance start $image job
              until [ -e job ]; do sleep 0.1; done
              $skiff instance list | wc -l
              kill -9 $$'
            echo $?
            until_true sh -c '[ $($skiff instance list | wc -l) = 1 ]' && echo none
            until_true gone 'skiff/tie' && until_true gone "squashfuse.*$image" && echo nobody
            grep -c interrupted state/instances/*/job/out
            """)
        .ends(0)
        .prints("2\n137\nnone\nnobody\n1\n");
  }

  @Test
  void withoutItsInstancesTheCommandDoesNotStart() {
    script(
            USER,
            """
            $skiff with a=$image b=nope.sif -- echo never; echo $?
            $skiff with a=$image; echo $?
            $skiff with -- echo never; echo $?
            until_true sh -c '[ $($skiff instance list | wc -l) = 1 ]' && echo none
            """)
        .ends(0)
        .prints("125\n2\n2\nnone\n")
        .complains("nope.sif");
  }
}
