package dev.skiff.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.config.ProfileKey;
import dev.skiff.runtime.config.SiteProfile;
import dev.skiff.runtime.job.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SiteDefaultsTest {

  private static final SiteDefaults SITE =
      new SiteDefaults(
          new SiteProfile(
              Map.of(
                  ProfileKey.CPUS, List.of("2"),
                  ProfileKey.CPUS_PER_GPU, List.of("6"),
                  ProfileKey.MEMORY_PER_GPU, List.of("32G"),
                  ProfileKey.NODE_PREFIX, List.of("lab-n")),
              Map.of("a40", "a40", "titan", "titan_x")));

  private static Resources of(int cpus, int gpus, String type) {
    return new Resources(cpus, 0, gpus, type, 0, 0);
  }

  @Test
  void eachGpuBringsItsShare() {
    Resources filled = SITE.filled(of(0, 2, "a40"), false, false);
    assertThat(filled).isEqualTo(new Resources(12, 64 * 1024, 2, "", 0, 0));
    assertThat(SITE.filled(of(0, 0, ""), false, false)).isEqualTo(of(2, 0, ""));
    assertThat(SITE.filled(of(4, 1, "v100"), true, true)).isEqualTo(of(4, 1, "v100"));
  }

  @Test
  void typesBecomeFeaturesOfNodes() {
    assertThat(SITE.constraint("", "titan")).isEqualTo("titan_x");
    assertThat(SITE.constraint("ssd", "titan")).isEqualTo("ssd&titan_x");
    assertThat(SITE.constraint("", "titan|a40")).isEqualTo("titan_x|a40");
    assertThat(SITE.constraint("ssd", "v100")).isEqualTo("ssd");
    assertThat(SITE.isGpuType("titan|a40")).isTrue();
    assertThat(SITE.isGpuType("titan|v100")).isFalse();
    assertThat(SiteDefaults.NONE.isGpuType("v100")).isTrue();
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> SITE.constraint("ssd", "titan|a40"));
  }

  @Test
  void aNodeMayBeANumber() {
    assertThat(SITE.node("30")).isEqualTo("lab-n30");
    assertThat(SITE.node("n30")).isEqualTo("lab-n30");
    assertThat(SITE.node("gpu30")).isEqualTo("gpu30");
    assertThat(SiteDefaults.NONE.node("30")).isEqualTo("30");
  }

  @Test
  void anImageIsLookedForWhereTheSiteKeepsThem(@TempDir Path folder) throws IOException {
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Files.writeString(shared.resolve("torch.sif"), "");
    Files.writeString(folder.resolve("own.sif"), "");
    Files.writeString(shared.resolve("own.sif"), "");
    SiteDefaults site =
        new SiteDefaults(
            new SiteProfile(Map.of(ProfileKey.IMAGES, List.of(shared.toString())), Map.of()));
    assertThat(site.image("torch", folder)).isEqualTo(shared + "/torch.sif");
    assertThat(site.image("torch.sif", folder)).isEqualTo(shared + "/torch.sif");
    assertThat(site.image("own.sif", folder)).isEqualTo("own.sif");
    assertThat(site.image("./torch.sif", folder)).isEqualTo("./torch.sif");
    assertThat(site.image("docker://torch", folder)).isEqualTo("docker://torch");
    assertThat(site.image("nosuch", folder)).isEqualTo("nosuch");
  }
}
