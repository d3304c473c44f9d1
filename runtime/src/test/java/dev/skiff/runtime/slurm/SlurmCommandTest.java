package dev.skiff.runtime.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SlurmCommandTest {

  @TempDir private Path bin = Path.of("/");

  private SlurmCommand with(String program, String script) throws IOException {
    Path file = Files.writeString(bin.resolve(program), "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return SlurmCommand.of(
        Map.of(
            "PATH", bin + ":/usr/bin:/bin",
            "SQUEUE_FORMAT", "%x",
            "SLURM_JOB_ID", "7",
            "SLURM_CONF", Files.writeString(bin.resolve("s.conf"), "").toString(),
            "TZ", "Asia/Tokyo"));
  }

  @Test
  void whatChangesOutputIsNotPassedOn() throws IOException {
    SlurmAnswer answer = with("squeue", "env | grep -E '^(S|LC|TZ)' | sort\n").ask("squeue");
    assertThat(answer)
        .isEqualTo(
            new SlurmAnswer.Done(
                "LC_ALL=C\nSLURM_CONF=" + bin + "/s.conf\nSLURM_TIME_FORMAT=%s\nTZ=Asia/Tokyo\n",
                ""));
  }

  @Test
  void aConfigurationThatIsNotThereIsNotWaitedFor() {
    assertThat(SlurmCommand.of(Map.of("SLURM_CONF", bin + "/none")).ask("sinfo"))
        .isEqualTo(
            new SlurmAnswer.Unreachable(
                "SLURM_CONF is '" + bin + "/none', and there is no such file"));
  }

  @Test
  void wordsAndInputArriveAsTheyAre() throws IOException {
    SlurmAnswer answer =
        with("sbatch", "printf '<%s>' \"$@\"; cat\n")
            .run(List.of("sbatch", "$(x)", "a b", "'"), "in 'put'\n", SlurmCommand.PATIENCE);
    assertThat(answer).isEqualTo(new SlurmAnswer.Done("<$(x)><a b><'>in 'put'\n", ""));
  }

  @Test
  void aRefusalIsToldFromSilence() throws IOException {
    assertThat(with("sbatch", "echo 'sbatch: error: no such partition' >&2; exit 1").ask("sbatch"))
        .isEqualTo(new SlurmAnswer.Refused(1, "no such partition"));
    assertThat(
            with(
                    "squeue",
                    "echo 'slurm_load_jobs error: Unable to contact slurm controller (connect"
                        + " failure)' >&2; exit 1")
                .ask("squeue"))
        .isInstanceOf(SlurmAnswer.Unreachable.class);
    assertThat(SlurmCommand.of(Map.of("PATH", bin.toString())).ask("sinfo"))
        .isEqualTo(new SlurmAnswer.Unreachable("'sinfo' is not in PATH"));
  }

  @Test
  void whoeverDoesNotAnswerIsEnded() throws IOException {
    SlurmCommand command = with("squeue", "sleep 60 & echo $! > " + bin + "/pid; wait\n");
    long start = System.nanoTime();
    assertThat(command.run(List.of("squeue"), "", Duration.ofSeconds(1)))
        .isEqualTo(new SlurmAnswer.Unreachable("squeue has not answered within 1 s"));
    assertThat(System.nanoTime() - start).isLessThan(30_000_000_000L);
    long child = Long.parseLong(Files.readString(bin.resolve("pid")).strip());
    ProcessHandle.of(child)
        .ifPresent(it -> assertThat(it.onExit()).succeedsWithin(Duration.ofSeconds(20)));
  }

  @Test
  void outputWithoutEndIsCutOff() throws IOException {
    assertThat(with("squeue", "yes\n").ask("squeue")).isInstanceOf(SlurmAnswer.Unreachable.class);
  }
}
