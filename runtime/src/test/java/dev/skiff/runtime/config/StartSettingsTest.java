package dev.skiff.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the start of a container takes from files of a site and a user.
final class StartSettingsTest {

  @TempDir Path folder;

  private Map<String, String> over(String site, String user, Map<String, String> more)
      throws IOException {
    Files.createDirectories(folder.resolve("skiff"));
    Map<String, String> environment = new HashMap<>(more);
    environment.put("SKIFF_SITE_CONFIG", folder.resolve("site.yaml").toString());
    environment.put("XDG_CONFIG_HOME", folder.toString());
    Files.writeString(folder.resolve("site.yaml"), site);
    Files.writeString(folder.resolve("skiff/skiff.yaml"), user);
    Map<String, String> both = new HashMap<>(StartSettings.over(environment));
    both.keySet().removeIf(name -> !name.matches(".*_(NV|ROCM|DRIVER_ROOT)"));
    return both;
  }

  @Test
  void aSiteHasEveryContainerGetTheDriver() throws IOException {
    String site = "---\n# all nodes have GPUs\ncompression: zstd:9\nnv: true # always\n";
    assertThat(over(site, "", Map.of())).isEqualTo(Map.of("SKIFF_NV", "true"));
    assertThat(over(site, "nv: 'require'\n", Map.of())).isEqualTo(Map.of("SKIFF_NV", "require"));
    assertThat(over(site, "", Map.of("APPTAINER_NV", "0"))).isEqualTo(Map.of("APPTAINER_NV", "0"));
  }

  @Test
  void itsNamesAreThoseOfTheSettings() {
    assertThat(StartSettings.ASKED)
        .containsExactly(
            Setting.NVIDIA.name(), Setting.ROCM.name(), Setting.NVIDIA_DRIVER_ROOT.name());
  }

  @Test
  void filesInAnotherFormAreReadWhole() throws IOException {
    assertThat(over("{nv: true, rocm: require}\n", "\"nv\": false\n", Map.of()))
        .isEqualTo(Map.of("SKIFF_NV", "false", "SKIFF_ROCM", "require"));
  }

  @Test
  void aPathCountsFromItsFile() throws IOException {
    assertThat(over("", "nvidia-driver-root: ./driver\n", Map.of()))
        .isEqualTo(Map.of("SKIFF_NVIDIA_DRIVER_ROOT", folder.resolve("skiff/driver").toString()));
  }

  @Test
  void whatItCannotBeIsToldWithItsLine() {
    assertThatThrownBy(() -> over("compression: gzip\nnv: maybe\n", "", Map.of()))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().why()).contains("'maybe'");
              assertThat(e.problem().where().orElseThrow().line()).isEqualTo(2);
            });
  }

  @Test
  void withoutFilesNothingChanges() {
    Map<String, String> environment = Map.of("SKIFF_CONFIG", folder.resolve("none") + "");
    assertThat(StartSettings.over(environment)).isSameAs(environment);
  }

  @Test
  void aPipeIsNotReadAndEveryOtherCommandSaysSo() throws Exception {
    Path pipe = Files.createDirectories(folder.resolve("skiff")).resolve("skiff.yaml");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Map<String, String> environment = Map.of("SKIFF_CONFIG", pipe.toString());
    assertThat(StartSettings.over(environment)).isEqualTo(environment);
    assertThatThrownBy(() -> ConfigFile.text(pipe))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().why()).isEqualTo("it is a pipe or a device, and no file"));
    assertThat(ConfigFile.text(Path.of("/dev/null"))).isEmpty();
  }
}
