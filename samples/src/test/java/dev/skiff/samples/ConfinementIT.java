package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which rights a payload has, by what the kernel says of it.
final class ConfinementIT {

  private static final String STATUS =
      "echo $(sed -n 's/^\\(CapEff\\|CapBnd\\|NoNewPrivs\\):[^0-9a-f]*//p' /proc/self/status)";

  private static Outcome status(HostUser user, Map<String, String> environment, String options) {
    List<String> words = new ArrayList<>(List.of("exec"));
    words.addAll(options.isBlank() ? List.of() : List.of(options.strip().split(" +", -1)));
    words.addAll(List.of(BusyboxImage.sif().toString(), "sh", "-c", STATUS));
    return skiff(user.orSkip(), directoryOf(user), environment, words.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SINGLE | --no-privs                        | 0000000000000000 0000000000000000 1",
        "SINGLE | --add-caps CAP_NET_RAW            | 0000000000002000 0000000000002000 1",
        "SINGLE | --add-caps all --drop-caps all    | 0000000000000000 0000000000000000 1",
        "RANGE  | --add-caps chown,kill -C          | 0000000000000021 0000000000000021 1",
        "SINGLE | -f --no-privs --add-caps sys_chroot | 0000000000040000 0000000000040000 1",
        "RANGE  | -f -C --no-privs                  | 0000000000000000 0000000000000000 1",
        "ROOT   | --no-privs                        | 0000000000000000 0000000000000000 1",
        "ROOT   | --no-privs --add-caps CAP_NET_RAW | 0000000000002000 0000000000002000 1",
        "ROOT   | -C --no-privs                     | 0000000000000000 0000000000000000 1"
      })
  void capabilitiesAreThoseThatWereAskedFor(HostUser user, String options, String status) {
    status(user, Map.of(), options).ends(0).prints(status + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--no-plan-cache", "-i", "-p", "-C", "--share", "--add-caps chown"})
  void noProgramGivesAnOrdinaryUserACapability(String options) {
    for (HostUser user : List.of(HostUser.SINGLE, HostUser.RANGE)) {
      String wanted = options.contains("chown") ? "0000000000000001" : "0000000000000000";
      status(user, Map.of(), options).ends(0).prints(wanted + " " + wanted + " 1\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-f", "-f -p"})
  void norDoesOneGiveRootOfAContainerMore(String options) {
    for (HostUser user : List.of(HostUser.SINGLE, HostUser.RANGE)) {
      Outcome outcome = status(user, Map.of(), options).ends(0);
      assertThat(outcome.out()).as(outcome.command()).matches("0*1f+ 0*1f+ 1\n");
    }
  }

  @Test
  void norInAnInstance() {
    HostUser user = HostUser.SINGLE.orSkip();
    Path directory = directoryOf(user);
    String image = BusyboxImage.sif().toString();
    for (String options : List.of("-e", "-f")) {
      skiff(user, directory, "instance", "start", options, image, "unprivileged").ends(0);
      try {
        skiff(user, directory, "exec", "instance://unprivileged", "sh", "-c", STATUS)
            .ends(0)
            .printsAmongOthers(" 1\n");
      } finally {
        skiff(user, directory, "instance", "stop", "unprivileged").ends(0);
      }
    }
  }

  @Test
  void variablesStandForTheOptions() {
    String expected = "0000000000002000 0000000000002000 1\n";
    status(HostUser.SINGLE, Map.of("SKIFF_ADD_CAPS", "net_raw"), "").ends(0).prints(expected);
    status(HostUser.SINGLE, Map.of("SINGULARITY_ADD_CAPS", "net_raw"), "").ends(0).prints(expected);
    status(HostUser.SINGLE, Map.of("APPTAINER_NO_PRIVS", "1"), "--add-caps net_raw")
        .ends(0)
        .prints(expected);
    status(HostUser.SINGLE, Map.of("APPTAINER_NO_PRIVS", "0"), "")
        .ends(0)
        .printsAmongOthers("0000000000000000 ");
  }

  @Test
  void idsAreThoseThatWereAskedFor() {
    String image = BusyboxImage.sif().toString();
    String[] options = {"exec", "--security", "uid:99,gid:98", image, "sh", "-c", "id -u; id -g"};
    for (HostUser user : List.of(HostUser.SINGLE, HostUser.RANGE, HostUser.ROOT)) {
      skiff(user.orSkip(), directoryOf(user), options).ends(0).prints("99\n98\n");
    }
  }

  @Test
  void anInstanceHasThemAndWhoeverGoesIntoItHasOthers() {
    HostUser user = HostUser.SINGLE.orSkip();
    Path directory = directoryOf(user);
    String image = BusyboxImage.sif().toString();
    skiff(user, directory, "instance", "run", "--no-privs", image, "confined").ends(0);
    try {
      skiff(
              user,
              directory,
              "exec",
              "--add-caps",
              "kill",
              "instance://confined",
              "sh",
              "-c",
              STATUS + "; exit 7")
          .ends(7)
          .prints("0000000000000020 0000000000000020 1\n");
    } finally {
      skiff(user, directory, "instance", "stop", "confined").ends(0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SINGLE | -e",
        "SINGLE | -C",
        "SINGLE | -f",
        "RANGE | -f -p",
        "ROOT | -e",
        "ROOT | -C"
      })
  void callsThatAProfileForbidsFail(HostUser user, String options) throws IOException {
    Path directory = directoryOf(user.orSkip());
    Files.writeString(
        directory.resolve("p.json"),
        """
        {"defaultAction": "SCMP_ACT_ALLOW",
         "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28}]}
        """);
    List<String> words = new ArrayList<>(List.of("exec", "--security", "seccomp:p.json"));
    words.addAll(List.of(options.strip().split(" +", -1)));
    words.addAll(List.of("--writable-tmpfs", BusyboxImage.sif().toString(), "sh", "-c"));
    words.add("grep ^Seccomp: /proc/self/status; mkdir /d; exit 3");
    skiff(user, directory, Map.of("LC_ALL", "no_SUCH.UTF-8"), words.toArray(String[]::new))
        .ends(3)
        .prints("Seccomp:\t2\n")
        .complains("No space left on device");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/usr/share/containers/seccomp.json",
        "/etc/apptainer/seccomp-profiles/default.json"
      })
  void profilesThatAreAboutLetOrdinaryProgramsRun(String profile) {
    assumeTrue(Files.exists(Path.of(profile)), "this host has no " + profile);
    HostUser user = HostUser.SINGLE.orSkip();
    String image = BusyboxImage.sif().toString();
    Path directory = directoryOf(user);
    String security = "seccomp:" + profile;
    String script = "ls / | grep bin; grep ^Seccomp: /proc/self/status";
    skiff(user, directory, "exec", "--security", security, image, "sh", "-c", script)
        .ends(0)
        .prints("bin\nSeccomp:\t2\n");
  }

  @Test
  void aProfileThatMeansNothingIsRefused() throws IOException {
    HostUser user = HostUser.SINGLE.orSkip();
    Path directory = directoryOf(user);
    String image = BusyboxImage.sif().toString();
    Files.writeString(directory.resolve("p.json"), "{\"defaultAction\": \"SCMP_ACT_MAYBE\"}");
    skiff(user, directory, "exec", "--security", "seccomp:p.json", image, "true")
        .ends(125)
        .complains("'SCMP_ACT_MAYBE' is no action");
    skiff(user, directory, "exec", "--security", "seccomp:/nope", image, "true")
        .ends(125)
        .complains("'/nope' cannot be read");
  }

  @Test
  void whatTheHostCannotDoIsRefused() {
    HostUser user = HostUser.SINGLE.orSkip();
    String image = BusyboxImage.sif().toString();
    skiff(user, directoryOf(user), "exec", "--keep-privs", image, "true")
        .ends(125)
        .complains("only root may");
    skiff(user, directoryOf(user), "exec", "--security", "nonsense:1", image, "true")
        .ends(2)
        .complains("it is none of these kinds");
  }
}
