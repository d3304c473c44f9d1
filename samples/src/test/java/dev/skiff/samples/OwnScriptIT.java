package dev.skiff.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `skiff exec` in batch scripts that people wrote by hand, submitted with sbatch itself.
@Timeout(240)
final class OwnScriptIT {

  @RegisterExtension static final SlurmUser USER = new SlurmUser(HostUser.ROOT);

  private Path script(String... lines) throws IOException {
    String text =
        "#!/bin/bash\n"
            + String.join("\n", lines)
                .replace("SKIFF", InstalledSkiff.command().toString())
                .replace("IMAGE", BusyboxImage.sif().toString())
            + "\n";
    Path file = Files.writeString(USER.directory().resolve("job.sh"), text);
    InstalledSkiff.execute("chmod", "755", file.toString());
    return file;
  }

  private String log() throws IOException {
    Path log = USER.directory().resolve("log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private void awaitLog(String text) throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 600 && !log().contains(text); attempt++) {
      Thread.sleep(50);
    }
    assertThat(log()).contains(text);
  }

  @Test
  void thePayloadIsTheBatchProcessWithItsGpusAndItsCode() throws IOException {
    Path file =
        script(
            "#SBATCH -p short --gres=gpu:a40:2 -o log",
            "echo $$ gpus=$CUDA_VISIBLE_DEVICES job=$SLURM_JOB_ID",
            "exec SKIFF exec --cleanenv IMAGE sh -c"
                + " 'echo $$ gpus=$CUDA_VISIBLE_DEVICES job=$SLURM_JOB_ID; exit 7'");
    USER.as("sbatch", "--wait", file.toString()).ends(7);
    List<String> lines = log().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).isEqualTo(lines.get(0)).contains("gpus=0,1");
  }

  @Test
  void signalsOfSlurmReachThePayload() throws IOException, InterruptedException {
    Path file =
        script(
            "#SBATCH -o log",
            "exec SKIFF exec IMAGE sh -c"
                + " 'trap \"echo usr1\" USR1; trap \"echo term; exit 3\" TERM; echo up;"
                + " while :; do sleep 0.1; done'");
    String job = USER.as("sbatch", "--parsable", file.toString()).ends(0).out().strip();
    awaitLog("up");
    USER.as("scancel", "--signal=USR1", "--batch", job).ends(0);
    awaitLog("usr1");
    USER.as("scancel", "--signal=TERM", "--batch", job).ends(0);
    awaitLog("term");
    USER.cluster().await(job, "FAILED");
    assertThat(USER.as("scontrol", "show", "job", job).out()).contains("ExitCode=3:0");
  }

  @Test
  void stepsOfSrunInTheScriptHaveTheirOwnContainers() throws IOException {
    Path file =
        script(
            "#SBATCH -p long -n 2 --gres=gpu:a40:2 -o log",
            "srun --gres=gpu:a40:2 SKIFF exec IMAGE sh -c"
                + " 'echo rank $SLURM_PROCID gpus=$CUDA_VISIBLE_DEVICES; exit $SLURM_PROCID'");
    USER.as("sbatch", "--wait", file.toString()).ends(1);
    assertThat(log()).contains("rank 0 gpus=0,1\n").contains("rank 1 gpus=0,1\n");
  }
}
