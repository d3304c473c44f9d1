package dev.skiff.runtime.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each option of Apptainer 1.5 for exec, run, shell, test and instance, and the variables that
/// stand for it: Skiff has it under the same names, or says what to use instead.
final class PeerOptionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-B --bind=                | BIND BINDPATH",
        "--mount=                  | MOUNT",
        "-H --home=                | HOME",
        "--no-home                 | NO_HOME",
        "--no-mount=               | NO_MOUNT",
        "-W --workdir=             | WORKDIR",
        "-S --scratch=             | SCRATCH SCRATCHDIR",
        "--pwd= --cwd=             | PWD TARGET_PWD CWD TARGET_CWD",
        "-c --contain              | CONTAIN",
        "-C --containall           | CONTAINALL",
        "--compat                  | COMPAT",
        "-e --cleanenv             | CLEANENV",
        "--env=                    | ENV",
        "--env-file=               | ENV_FILE",
        "--no-env=                 | NOENV",
        "--no-eval                 | NO_EVAL",
        "--app=                    | APP APPNAME",
        "-s --shell=               | SHELL",
        "-w --writable             | WRITABLE",
        "--writable-tmpfs          | WRITABLE_TMPFS",
        "-o --overlay=             | OVERLAY OVERLAYIMAGE",
        "--underlay                | UNDERLAY",
        "--unsquash                | UNSQUASH",
        "-f --fakeroot             | FAKEROOT",
        "--ignore-subuid --ignore-fakeroot-command --ignore-userns |",
        "-u --userns               | USERNS UNSHARE_USERNS",
        "-p --pid                  | PID UNSHARE_PID",
        "--no-pid                  | NO_PID",
        "--no-init                 | NOSHIMINIT",
        "-i --ipc                  | IPC UNSHARE_IPC",
        "-n --net                  | NET UNSHARE_NET",
        "--uts                     | UTS UNSHARE_UTS",
        "--hostname=               | HOSTNAME",
        "--network=                | NETWORK",
        "--network-args=           | NETWORK_ARGS",
        "--netns-path=             | NETNS_PATH",
        "--dns=                    | DNS",
        "--nv                      | NV",
        "--no-nv                   | NV_OFF NO_NV",
        "--nvccli                  | NVCCLI",
        "--rocm                    | ROCM",
        "--compat32                | COMPAT32",
        "--intel-hpu               | INTEL_HPU",
        "--device= --cdi-dirs=     |",
        "--fusemount=              | FUSESPEC",
        "--security=               | SECURITY",
        "--add-caps=               | ADD_CAPS",
        "--drop-caps=              | DROP_CAPS",
        "--keep-privs              | KEEP_PRIVS",
        "--no-privs                | NO_PRIVS",
        "--allow-setuid            | ALLOW_SETUID",
        "--boot                    | BOOT",
        "--apply-cgroups=          | APPLY_CGROUPS",
        "--cpus=                   | CPUS",
        "--cpu-shares=             | CPU_SHARES",
        "--cpuset-cpus=            | CPUSET_CPUS",
        "--cpuset-mems=            | CPUSET_MEMS",
        "--memory=                 | MEMORY",
        "--memory-reservation=     | MEMORY_RESERVATION",
        "--memory-swap=            | MEMORY_SWAP",
        "--oom-kill-disable        | OOM_KILL_DISABLE",
        "--pids-limit=             | PIDS_LIMIT",
        "--blkio-weight=           | BLKIO_WEIGHT",
        "--blkio-weight-device=    | BLKIO_WEIGHT_DEVICE",
        "--runscript-timeout=      | RUNSCRIPT_TIMEOUT",
        "--sharens                 | SHARENS",
        "--no-umask                | NO_UMASK",
        "--disable-cache --docker-login --docker-username= --docker-password= --tmpdir= |",
        "--no-https --nohttps      | NOHTTPS NO_HTTPS",
        "--authfile=               | AUTH_FILE",
        "--docker-host=            | DOCKER_HOST",
        "--passphrase              | ENCRYPTION_PASSPHRASE",
        "--pem-path=               | ENCRYPTION_PEM_PATH",
        "--pid-file=               | PID_FILE",
        "-d --debug                | DEBUG",
        "-v --verbose              | VERBOSE",
        "-q --quiet                | QUIET",
        "--silent                  | SILENT",
        "--nocolor                 | NOCOLOR",
      })
  void everyOptionOfThePeerIsThereOrSaysWhatToUse(String options, String keys) {
    for (String word : options.strip().split(" +", -1)) {
      boolean value = word.endsWith("=");
      String name = value ? word.substring(0, word.length() - 1) : word;
      RunOption option = RunOption.of(name);
      if (option == null) {
        RefusedOption refused = RefusedOption.of(name);
        assertThat(refused).as(name).isNotNull();
        assertThat(refused == null ? "" : refused.instead()).as(name).isNotBlank();
      } else if (name.startsWith("--")) {
        assertThat(option.takesValue()).as(name).isEqualTo(value);
      }
    }
    List<String> names = keys == null ? List.of() : Arrays.asList(keys.strip().split(" +", -1));
    for (String key : names) {
      boolean known =
          Arrays.stream(RunOption.values())
              .anyMatch(option -> option.environmentKeys().contains(key));
      assertThat(known || RefusedOption.ofKey(key) != null).as(key).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"SKIFF_", "APPTAINER_", "SINGULARITY_"})
  void aVariableOfAnOptionThatIsNotThereIsTold(String prefix) {
    RunArguments.Parsed parsed =
        RunArguments.parse(
            new String[] {"exec", "a.sif", "true"}, Map.of(prefix + "PIDS_LIMIT", "9"));
    assertThat(parsed).isInstanceOf(RunArguments.Accepted.class);
    assertThat(((RunArguments.Accepted) parsed).warnings())
        .singleElement()
        .satisfies(
            warning -> assertThat(warning.what()).isEqualTo(prefix + "PIDS_LIMIT has no effect"));
    RunArguments.Parsed off =
        RunArguments.parse(new String[] {"exec", "a.sif", "true"}, Map.of(prefix + "BOOT", "0"));
    assertThat(((RunArguments.Accepted) off).warnings()).isEmpty();
  }
}
