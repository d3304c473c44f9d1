package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Images that would write outside, gain rights, or take over what starts them.
final class HostileImageIT {

  private static final HostUser USER = HostUser.SINGLE;

  /// A sandbox `box`, and a host directory `victim` that it must not reach.
  private static final String BOX =
      """
      mkdir -p box/bin box/etc box/.singularity.d/env victim src
      cp "$(command -v busybox)" box/bin/busybox
      for a in sh ls cat id touch echo true; do ln -s busybox box/bin/$a; done
      echo text > src/f
      set_env() { printf '%s\\n' "$1" > box/.singularity.d/env/50-x.sh; }
      """;

  private static Outcome script(String script) {
    Path directory = directoryOf(USER.orSkip());
    return as(
        USER,
        directory,
        Map.of("skiff", InstalledSkiff.command().toString()),
        "",
        List.of("sh", "-c", BOX + script));
  }

  @Test
  void linksAtMountPointsLeadNowhereOutside() {
    script(
            """
            for place in tmp proc dev mnt; do ln -s $PWD/victim box/$place; done
            ln -s ../../../../../../../..$PWD/victim box/opt
            for file in passwd group resolv.conf hosts; do ln -s $PWD/victim/$file box/etc/$file; done
            ln -s loop box/loop
            alone='--no-mount tmp,cwd'
            $skiff exec $alone -B src:/mnt/new box true; echo $?
            $skiff exec $alone -B src:/opt/new box true; echo $?
            $skiff exec $alone -B src/f:/loop/file box true; echo $?
            $skiff exec $alone -c box true; echo $?
            $skiff exec $alone --writable-tmpfs box touch /mnt/x; echo $?
            $skiff exec $alone --writable box touch /opt/x; echo $?
            ls -A victim | wc -l
            """)
        .ends(0)
        .prints("125\n125\n125\n0\n1\n1\n0\n");
  }

  @Test
  void linksIntoDirectoriesThatAreBoundMakeNothingThere() {
    script(
            """
            mkdir -p box/data box/run own/there
            ln -s /bound/deep box/data/y && ln -s /mem/z box/data/z && ln -s /run/new box/data/w
            ln -s there own/link
            $skiff exec -B victim:/bound -B src:/data/y/deeper box true; echo $?
            $skiff exec -B victim:/bound -B src/f:/data/y box true; echo $?
            ls -A victim | wc -l
            $skiff exec -S /mem -B src:/data/z box cat /data/z/f
            $skiff exec -c -B src:/data/w box cat /data/w/f
            $skiff exec -B victim:/bound -B src:/bound/new box cat /bound/new/f
            $skiff exec -B own:/own -B src:/own/link/mine box cat /own/link/mine/f
            ls victim own/there
            """)
        .ends(0)
        .prints(
            """
            125
            125
            0
            text
            text
            text
            text
            own/there:
            mine

            victim:
            new
            """)
        .complains("a symbolic link of the image leads into a directory that is not the image's");
  }

  @Test
  void nothingInItGivesRights() {
    script(
            """
            cp box/bin/busybox box/bin/su && chmod 4755 box/bin/su
            mkdir box/src
            $skiff exec box su -c id; echo $?
            $skiff exec -B src:/src box sh -c 'busybox mknod src/null b 7 0' 2>/dev/null; echo $?
            $skiff exec -B src:/src box busybox mount -t tmpfs x /src 2>/dev/null; echo $?
            $skiff exec box sh -c 'while read -r key value; do
                case $key in NoNewPrivs: | CapEff: | CapBnd:) echo $key $value ;; esac
              done < /proc/self/status' | head -n 1
            $skiff exec box busybox chroot / true 2>/dev/null; echo $?
            """)
        .ends(0)
        .prints("1\n1\n1\nCapEff: 0000000000000000\n1\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "return 4                  | arrived 0",
        "cd /etc; unset HOME PATH  | arrived 0",
        "echo )(                   | arrived 0",
        "set -- other words        | arrived 0",
        "umask 0; set -f; IFS=r    | arrived 0",
        "exit 3                    | 3",
        "set -e; false             | 1"
      })
  void anEnvironmentScriptThatFailsIsSeenByItsEndOrNotAtAll(String text, String expected) {
    script(
            "set_env '%s'\n".formatted(text)
                + "set -- $($skiff exec box /bin/busybox echo arrived 2>/dev/null; echo $?); echo $*\n")
        .ends(0)
        .prints(expected + "\n");
  }

  /// Ctrl-C and a job's time limit end it as they end any payload.
  @Test
  void anEnvironmentScriptThatHangsIsEndedBySignals() {
    script(
            """
            set_env 'while :; do :; done'
            timeout -s TERM 3 $skiff exec box true; echo $?
            timeout -s KILL 3 $skiff exec -C box true; echo $?
            sleep 0.3; ps -eo stat,args | grep -v '^Z' | grep "$PWD/box" | grep -v grep | wc -l
            """)
        .ends(0)
        .prints("124\n137\n0\n");
  }
}
