package dev.skiff.runtime.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.host.SecurityFacts;
import dev.skiff.runtime.plan.CapabilitySet;
import dev.skiff.runtime.plan.Confinement;
import dev.skiff.runtime.request.RunArguments;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// From words to rights, for root and for others.
class ConfinementPlanTest {

  private static final Confinement.Ids ALICE = new Confinement.Mapped(1000, 1000);

  private static Confinement planned(long uid, Confinement.Ids usual, String... options) {
    RunArguments.Accepted accepted = (RunArguments.Accepted) parsed(options);
    HostFacts host =
        new HostFacts(
            new HostFacts.Account(uid, uid, "u", Path.of("/h"), "/bin/sh", List.of()),
            Map.of(),
            Path.of("/"),
            Path.of("/"),
            "",
            List.of(),
            HostFacts.ImageMount.FUSE,
            List.of(),
            GpuFindings.NONE,
            new SecurityFacts(true, false, "6.1.0", Optional.empty()));
    return new ConfinementPlan(accepted.request().process().privileges(), host, usual)
        .confinement();
  }

  private static RunArguments.Parsed parsed(String... options) {
    String[] words =
        Stream.of(List.of("exec"), Arrays.asList(options), List.of("i", "c"))
            .flatMap(List::stream)
            .toArray(String[]::new);
    return RunArguments.parse(words, Map.of());
  }

  private static List<String> refused(String... options) {
    return ((RunArguments.Rejected) parsed(options)).problems().stream().map(Problem::why).toList();
  }

  private static String rights(Confinement confinement) {
    CapabilitySet set = confinement.capabilities().orElseThrow();
    return set.equals(CapabilitySet.ALL) ? "all" : String.join(" ", set.names());
  }

  @Test
  void nothingAskedIsNothingChanged() {
    assertThat(planned(1000, ALICE)).isEqualTo(Confinement.usual(ALICE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--add-caps CAP_NET_RAW,sys_ptrace                  | net_raw sys_ptrace",
        "--add-caps CAP_NET_RAW,CAP_CHOWN --drop-caps chown | net_raw",
        "--add-caps all                                     | all",
        "--no-privs                                         | ''",
        "--drop-caps all                                    | ''",
        "--no-privs --add-caps kill                         | kill"
      })
  void othersHaveWhatTheyAddAndDoNotDrop(String options, String rights) {
    assertThat(rights(planned(1000, ALICE, options.strip().split(" ", -1)))).isEqualTo(rights);
  }

  @Test
  void rootHasAllButWhatIsDropped() {
    Confinement.Ids root = new Confinement.Root();
    assertThat(rights(planned(0, root, "--keep-privs"))).isEqualTo("all");
    assertThat(rights(planned(0, root, "--no-privs"))).isEmpty();
    assertThat(planned(0, root, "--drop-caps", "CAP_MKNOD").capabilities().orElseThrow())
        .isEqualTo(CapabilitySet.ALL.without(CapabilitySet.of("mknod")));
    Confinement other = planned(0, root, "--security", "uid:99,gid:98:97");
    assertThat(other.ids()).isEqualTo(new Confinement.Assumed(99, List.of(98L, 97L)));
    assertThat(rights(other)).isEmpty();
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> planned(0, root, "--security", "uid:99", "--add-caps", "kill"))
        .satisfies(e -> assertThat(e.problem().why()).contains("no capabilities left"));
  }

  @Test
  void anOrdinaryUserMayBeCalledAnything() {
    assertThat(planned(1000, ALICE, "--security", "uid:99").ids())
        .isEqualTo(new Confinement.Mapped(99, 1000));
    assertThat(planned(1000, ALICE, "--security", "gid:5", "--security", "uid:6").ids())
        .isEqualTo(new Confinement.Mapped(6, 5));
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> planned(1000, ALICE, "--security", "gid:5:6"))
        .satisfies(e -> assertThat(e.problem().what()).contains("several groups"));
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> planned(1000, ALICE, "--keep-privs"))
        .satisfies(e -> assertThat(e.problem().fix()).contains("--fakeroot"));
  }

  @Test
  void profilesAreUsedWhereTheKernelHasThem() {
    assertThat(planned(1000, ALICE, "--security", "apparmor:p,q").appArmor()).contains("p,q");
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> planned(1000, ALICE, "--security", "selinux:a:b:c:s0:c1,c2"))
        .satisfies(e -> {
          assertThat(e.problem().what()).contains("'selinux:a:b:c:s0:c1,c2'");
          assertThat(e.problem().why()).isEqualTo("SELinux is not in force on this host");
        });
  }

  @Test
  void whatMeansNothingIsRefused() {
    assertThat(refused("--security", "foo:bar")).containsExactly("it is none of these kinds");
    assertThat(refused("--security", "uid:")).containsExactly("nothing stands behind uid");
    assertThat(refused("--security", "uid:root")).containsExactly("'root' is no user id");
    assertThat(refused("--security", "uid:4294967295"))
        .containsExactly("'4294967295' is no user id");
    assertThat(refused("--security", "gid:1::2")).containsExactly("'' is no group id");
    assertThat(refused("--keep-privs", "--no-privs")).containsExactly("they contradict each other");
    assertThat(refused("--fakeroot", "--security", "uid:5"))
        .containsExactly("they contradict each other");
    RunArguments.Accepted accepted = (RunArguments.Accepted) parsed("--add-caps", "nonsense,chown");
    assertThat(accepted.warnings())
        .extracting(Problem::what)
        .containsExactly("--add-caps passes over 'nonsense'");
  }
}
