package dev.skiff.runtime.slurm.inside;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UsageTextTest {

  private final UsageText text = new UsageText();

  @Test
  void linesOfSeveralNodesAreToldApartAndOnlyTheJobsOwnGpusCount() {
    assertThat(text.read("n1 use 100.50 3 2000 256")).isEmpty();
    assertThat(text.read("n2 use 7.00 1 10 1")).isEmpty();
    assertThat(text.read("n1 gpu 0, GPU-a, 5, 1, 2, NVIDIA, the one, and only")).isEmpty();
    assertThat(text.read("n1 gpu 1, GPU-b, 50, 1, 2, NVIDIA A40")).isEmpty();
    assertThat(text.read("n1 gpu 2, GPU-c, 250, 1, 2, NVIDIA A40")).isEmpty();
    Optional<NodeUse> use = text.read("n1 end 0,GPU-c");
    assertThat(use)
        .contains(
            new NodeUse(
                "n1",
                100.5,
                3,
                2000,
                1 << 20,
                List.of(
                    new NodeUse.GpuUse(0, "NVIDIA, the one, and only", 5, 1, 2),
                    new NodeUse.GpuUse(2, "NVIDIA A40", 100, 1, 2))));
    assertThat(text.read("n2 end ").orElseThrow().gpus()).isEmpty();
  }

  @Test
  void whatMakesNoSenseIsNoMeasurement() {
    for (String line :
        List.of(
            "",
            "n1",
            "n1 use",
            "n1 use a b c d",
            "n1 use 1 2 3",
            "n1 gpu 0, x, [N/A], 1, 2, y",
            "n1 end 0",
            "n1 use 1 2 3 99999999999999999999",
            "n1 what 1",
            "x".repeat(5000))) {
      assertThat(text.read(line)).as(line).isEmpty();
    }
  }

  @Test
  void processorsInUseAreTimeSpentByTimePassed() {
    NodeUse before = new NodeUse("n1", 10, 1, 1000, 0, List.of());
    assertThat(new NodeUse("n1", 12, 1, 4000, 0, List.of()).cpusSince(before)).isEqualTo(1.5);
    assertThat(new NodeUse("n1", 12, 1, 500, 0, List.of()).cpusSince(before)).isZero();
    assertThat(before.cpusSince(before)).isZero();
  }
}
