package dev.skiff.runtime.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said beside the refusals of a real sbatch, with what the accounting and the controller
/// of the same cluster print.
final class SlurmRefusalTest {

  private static final String ACCOUNT =
      "Batch job submission failed: Invalid account or account/partition combination specified";
  private static final String QUALITY = "Batch job submission failed: Invalid qos specification";
  private static final String RESERVATION =
      "Batch job submission failed: Access denied to requested reservation";

  @TempDir private Path bin = Path.of("/");

  private void program(String name, String text) throws IOException {
    Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private String fix(String words) {
    return new SlurmRefusal(SlurmCommand.of(Map.of("PATH", bin + ":/usr/bin:/bin")), "ann")
        .fix(words);
  }

  @Test
  void whatTheUserMayHaveIsNamed() throws IOException {
    program(
        "sacctmgr",
        "case $* in *format=qos) echo 'gpuq,normal'; echo normal ;; *) echo lab ;; esac");
    program(
        "scontrol",
        "echo 'ReservationName=class StartTime=1 Users=bob,joann Groups=(null)'\n"
            + "echo 'ReservationName=course StartTime=1 Users=bob,ann Groups=(null)'");
    assertThat(fix(ACCOUNT)).isEqualTo("write one of yours: -A lab");
    assertThat(fix(QUALITY)).isEqualTo("write one of yours: --qos gpuq or normal");
    assertThat(fix(RESERVATION)).isEqualTo("write one of yours: --reservation course");
    assertThat(fix("unrecognized option '--bogus'")).endsWith("sbatch --help");
    assertThat(fix("Requested node configuration is not available")).contains("skiff nodes");
  }

  @Test
  void whereThereIsNoneItIsLeftOut() throws IOException {
    program("sacctmgr", "echo 'You are not running a supported accounting_storage plugin'; exit 1");
    program("scontrol", "echo 'No reservations in the system'");
    assertThat(fix(ACCOUNT)).isEqualTo("leave -A out, or ask the administrators for an account");
    assertThat(fix(RESERVATION)).startsWith("leave --reservation out, or ask the administrators");
  }
}
