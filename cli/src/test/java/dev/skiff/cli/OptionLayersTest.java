package dev.skiff.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.config.ProfileKey;
import dev.skiff.runtime.config.SiteProfile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class OptionLayersTest {

  private static final SiteProfile PROFILE =
      new SiteProfile(
          Map.of(
              ProfileKey.QUEUE,
              List.of("short", "long"),
              ProfileKey.BINDS,
              List.of("/site"),
              ProfileKey.named("time").orElseThrow(),
              List.of("12h")),
          Map.of());

  private static OptionLayers typed(String... words) {
    CommandLine line = new CommandLine(new SubmitCommand());
    return new OptionLayers(line.getCommandSpec(), line.parseArgs(words));
  }

  @Test
  void theNearestLayerThatSaysAThingCounts() {
    OptionLayers layers =
        typed("-t", "1h", "-B", "/typed", "a.sif")
            .variables(Map.of("SKIFF_TIME", "2h", "SKIFF_CPUS", "3", "SKIFF_RETRIES", "7"))
            .directives(
                List.of("-c", "4", "-q", "debug", "-B", "/script", "--gpus=1"),
                new CommandLine(new SubmitCommand()))
            .profile(PROFILE, List.of());
    assertThat(layers.words())
        .containsExactlyInAnyOrder(
            "--bind=/site", "--bind=/script", "--queue=debug", "--gpus=1", "--cpus=3")
        .containsSubsequence("--bind=/site", "--bind=/script");
  }

  @Test
  void aProfileDoesNotOverruleAScript() {
    assertThat(typed("job.sh").profile(PROFILE, List.of("--time=5", "-p debug")).words())
        .containsExactly("--bind=/site");
    assertThat(typed("job.sh").profile(PROFILE, List.of("--mem=5G")).words())
        .contains("--time=12h", "--queue=short,long");
  }

  @Test
  void aSwitchHasAVariableToo() {
    assertThat(typed("a.sif").variables(Map.of("SKIFF_QUEUE", "long")).words())
        .containsExactly("--queue=long");
    assertThat(typed("a.sif").variables(Map.of("SKIFF_NV", "1", "SKIFF_WAIT", "1")).words())
        .isEmpty();
    assertThat(OptionLayers.variable("--gpu-type")).isEqualTo("SKIFF_GPU_TYPE");
    Map<String, String> ofJobs =
        Map.of("SKIFF_JOB_IMAGE", "a.sif", "SKIFF_JOB_WORKDIR", "/w", "SKIFF_JOB_RETRIES", "3");
    assertThat(typed("true").variables(ofJobs).words())
        .containsExactlyInAnyOrder("--image=a.sif", "--workdir=/w", "--retries=3");
    assertThat(typed("true").variables(Map.of("SKIFF_WORKDIR", "/scratch")).words()).isEmpty();
  }

  @Test
  void aBadVariableIsNamed() {
    OptionLayers layers = typed("a.sif").variables(Map.of("SKIFF_CPUS", "many"));
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> layers.readInto(new CommandLine(new SubmitCommand()), List.of("a.sif")))
        .satisfies(e -> assertThat(e.problem().what()).contains("SKIFF_CPUS 'many'"));
  }
}
