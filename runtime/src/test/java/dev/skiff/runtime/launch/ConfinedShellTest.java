package dev.skiff.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.plan.CapabilitySet;
import dev.skiff.runtime.plan.Confinement;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The line that gives a waiting shell its ids and rights.
class ConfinedShellTest {

  private static final Confinement.Ids ALICE = new Confinement.Mapped(1000, 1001);
  private static final String END = "/bin/sh -c '. /dev/fd/3; exit 125' sh \"$@\"";

  private static String line(Confinement confinement, boolean joined) {
    return new ConfinedShell(confinement, 3, joined).line().replaceAll("'/[a-z/]*/(\\w+)'", "$1");
  }

  private static Confinement asked(Confinement.Ids ids, String... capabilities) {
    CapabilitySet set = CapabilitySet.NONE;
    for (String name : capabilities) {
      set = set.with(CapabilitySet.of(name));
    }
    return new Confinement(
        ids, Optional.of(set), Optional.empty(), Optional.empty(), Optional.empty(), true);
  }

  @Test
  void whoAsksForNothingGetsWhatTheLauncherWouldHaveDone() {
    assertThat(line(Confinement.usual(ALICE), false))
        .isEqualTo(
            "exec setpriv --no-new-privs unshare -U --map-user=1000 --map-group=1001 -- " + END);
    assertThat(line(Confinement.usual(new Confinement.Root()), false)).isEqualTo("exec " + END);
    assertThat(line(Confinement.usual(new Confinement.Root()), true))
        .isEqualTo("exec setpriv --pdeathsig KILL " + END);
  }

  @Test
  void anOrdinaryUserKeepsNamedCapabilitiesAlone() {
    assertThat(line(asked(ALICE, "net_raw"), true))
        .startsWith("exec setpriv --no-new-privs unshare -U")
        .contains(" --keep-caps -- setpriv --bounding-set=-chown,")
        .doesNotContain("-net_raw")
        .contains(" --inh-caps=-all,+net_raw --ambient-caps=-all,+net_raw -- ")
        .endsWith(" -- setpriv --pdeathsig KILL " + END);
  }

  @Test
  void rootLosesThoseOutsideTheBound() {
    assertThat(line(asked(new Confinement.Root()), false))
        .startsWith("exec setpriv --no-new-privs setpriv --bounding-set=-chown,")
        .contains("-checkpoint_restore --inh-caps=-all --ambient-caps=-all -- /bin/sh");
    assertThat(line(asked(new Confinement.Assumed(99, List.of(98L, 97L))), false))
        .isEqualTo(
            "exec setpriv --no-new-privs setpriv --reuid 99 --regid 98 --groups 98,97 -- "
                + END.replace(". /dev/fd/3", "eval \"$(cat <&3)\""));
    assertThat(line(asked(new Confinement.Assumed(0, List.of(98L))), false))
        .contains(" --reuid 0 --regid 98 --groups 98 -- setpriv --bounding-set=-chown,");
  }

  @Test
  void namesOfProfilesAreWordsWhateverTheyHold() {
    Confinement confinement =
        new Confinement(
            ALICE,
            Optional.empty(),
            Optional.of("a'; rm"),
            Optional.of("s0:c1"),
            Optional.of(new Confinement.Filter(Path.of("p.json"), "0600")),
            true);
    assertThat(line(confinement, false))
        .contains("--apparmor-profile 'a'\\''; rm' --selinux-label 's0:c1' -- ")
        .doesNotContain("--bounding-set")
        .startsWith("PERL_BADLANG=0 exec ")
        .endsWith("exec {$ARGV[0]} @ARGV' 0600 " + END);
  }
}
