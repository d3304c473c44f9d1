package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What of the caller's environment a payload gets where that is not simply all of it.
final class EnvironmentIT {

  private static final HostUser USER = HostUser.SINGLE;

  @ParameterizedTest
  @ValueSource(strings = {"-e", "-C", "--compat"})
  void whatTellsAJobItsGpusAndRanksSurvivesACleanEnvironment(String option) {
    Map<String, String> caller =
        Map.of(
            "CUDA_VISIBLE_DEVICES", "1",
            "SLURM_JOB_ID", "7",
            "SLURM_JWT", "a password",
            "PMI_RANK", "2",
            "PMIX_RANK", "3",
            "OMPI_COMM_WORLD_RANK", "4",
            "https_proxy", "http://proxy:1",
            "OTHER", "x");
    Path directory = directoryOf(USER.orSkip());
    String image = BusyboxImage.sif().toString();
    assertThat(skiff(USER, directory, caller, "exec", option, image, "env").ends(0).out().lines())
        .contains(
            "CUDA_VISIBLE_DEVICES=1",
            "SLURM_JOB_ID=7",
            "PMI_RANK=2",
            "PMIX_RANK=3",
            "OMPI_COMM_WORLD_RANK=4",
            "https_proxy=http://proxy:1",
            "LANG=C",
            "FOO=bar")
        .noneMatch(line -> line.startsWith("SLURM_JWT") || line.startsWith("OTHER"));
  }

  /// Names that a launcher may well want for itself.
  private static final List<String> COMMON =
      List.of("lib", "top", "here", "self", "image", "input", "n", "name", "java", "new", "cache");

  @ParameterizedTest
  @ValueSource(
      strings = {"--no-plan-cache", "-p", "-f", "-i", "--add-caps=CAP_NET_RAW", "--share", "-c"})
  void variablesOfTheCallerAreNotTheLaunchersOwn(String option) {
    Map<String, String> caller = new HashMap<>();
    COMMON.forEach(name -> caller.put(name, "the caller's " + name));
    Path directory = directoryOf(USER.orSkip());
    String image = BusyboxImage.sif().toString();
    assertThat(skiff(USER, directory, caller, "exec", option, image, "env").ends(0).out().lines())
        .containsAll(COMMON.stream().map(name -> name + "=the caller's " + name).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "en_US.UTF-8, C.UTF-8",
    "de_DE.UTF-8, de_DE.UTF-8",
    "fr_FR@euro, C.UTF-8",
    "C.UTF-8, C.UTF-8",
    "C, C",
    "POSIX, POSIX"
  })
  void aLocaleThatTheImageLacksBecomesOneThatItHas(String caller, String inside)
      throws IOException {
    Path directory = directoryOf(USER.orSkip());
    Path locales = directory.resolve("box/usr/lib/locale");
    Files.createDirectories(locales.resolve("C.utf8"));
    Files.createDirectories(locales.resolve("de_DE.utf8"));
    Files.createDirectories(directory.resolve("box/bin"));
    execute("sh", "-c", "cp \"$(command -v busybox)\" " + directory + "/box/bin/sh");
    Map<String, String> variables = Map.of("LANG", caller, "LC_ALL", caller);
    String[] words = {"exec", "box", "sh", "-c", "echo $LANG $LC_ALL"};
    skiff(USER, directory, variables, words).ends(0).prints(inside + " " + inside + "\n");
  }

  @Test
  void aLocaleIsLeftAloneWhereNothingTellsWhatTheImageHas() {
    Path directory = directoryOf(USER.orSkip());
    String image = BusyboxImage.sif().toString();
    skiff(USER, directory, Map.of("LANG", "xx_YY"), "exec", image, "sh", "-c", "echo $LANG")
        .ends(0)
        .prints("xx_YY\n");
  }

  @Test
  void aVariableOfAnOptionThatIsNotThereIsTold() {
    Path directory = directoryOf(USER.orSkip());
    String image = BusyboxImage.sif().toString();
    skiff(USER, directory, Map.of("APPTAINER_CPUS", "2"), "exec", image, "true")
        .ends(0)
        .complains("APPTAINER_CPUS has no effect");
  }
}
