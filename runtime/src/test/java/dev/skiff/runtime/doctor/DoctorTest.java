package dev.skiff.runtime.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.doctor.Doctor.Network;
import dev.skiff.runtime.doctor.Doctor.Places;
import dev.skiff.runtime.doctor.Fact.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole answers on machines that files describe.
final class DoctorTest {

  private static final Path HOSTS = Path.of("src/test/resources/hosts");
  private static final Installation INSTALLED =
      new Installation("/opt/skiff/lib/skiff", "/opt/java", "25.0.3+9");

  private static List<Fact> facts(String host) {
    return new Doctor(FolderMachine.read(HOSTS.resolve(host + ".host")), INSTALLED)
        .examine(
            new Places(Path.of("/home/alice/.cache/skiff"), Path.of("/tmp")),
            Network.ASKED,
            List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "good",
        "no-userns",
        "ubuntu-24.04",
        "rhel-7",
        "kubernetes-pod",
        "login-node",
        "root",
        "another-java",
        "jars-replaced"
      })
  void aMachineIsToldWhole(String host) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Fact fact : facts(host)) {
      text.append(fact.state().name().toLowerCase(Locale.ROOT)).append(' ').append(fact.subject());
      text.append(": ").append(fact.finding()).append('\n');
      if (fact.state() != State.GOOD) {
        text.append("  so: ").append(fact.consequence()).append('\n');
      }
      if (!fact.fix().isEmpty()) {
        text.append("  fix: ").append(fact.fix()).append('\n');
      }
    }
    Path golden = HOSTS.resolve(host + ".txt");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, text);
    }
    assertThat(Files.exists(golden) ? Files.readString(golden) : "").isEqualTo(text.toString());
    assertThat(Boolean.getBoolean("golden.update")).as("golden files were rewritten").isFalse();
  }

  @Test
  void whatIsNotGoodHasAFixAndWhatIsGoodHasNone() {
    for (String host : List.of("no-userns", "ubuntu-24.04", "rhel-7", "login-node")) {
      for (Fact fact : facts(host)) {
        boolean untried = fact.finding().startsWith("not tried");
        boolean bad = fact.state() == State.LIMITED || fact.state() == State.MISSING;
        assertThat(!fact.fix().isEmpty()).as(fact.toString()).isEqualTo(bad && !untried);
      }
    }
  }

  @Test
  void aKernelSwitchIsReadInOnePiece() {
    String most = Machine.local().text("/proc/sys/kernel/pid_max");
    assertThat(most).isNotNull().hasSizeGreaterThan(1);
  }

  @Test
  void thisMachineIsLookedAtInAWhile() {
    long start = System.nanoTime();
    List<Fact> facts =
        new Doctor(Machine.local(), Installation.current())
            .examine(
                new Places(Path.of("/var/tmp"), Path.of("/tmp")), Network.LEFT_ALONE, List.of());
    assertThat(facts).extracting(Fact::subject).contains("user namespaces", "cache", "Java");
    assertThat(System.nanoTime() - start).isLessThan(60_000_000_000L);
  }
}
