package dev.skiff.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.problem.SourceSpan;
import dev.skiff.runtime.config.Given.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SiteProfileTest {

  private static final Map<String, String> ENVIRONMENT = Map.of("USER", "alice", "HOME", "/home/a");

  private static Map<String, SiteProfile> read(String text) {
    Given given =
        ConfigFile.parse(Path.of("/etc/skiff.yaml"), Layer.SITE, ENVIRONMENT, text)
            .get(Setting.PROFILES);
    return given != null && given.value() instanceof SettingValue.Profiles(var profiles)
        ? profiles
        : Map.of();
  }

  private static Problem refused(String text) {
    return assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> read(text))
        .actual()
        .problem();
  }

  @Test
  void aProfileSaysWhatHoldsAtASite() {
    SiteProfile profile =
        read("""
        profiles:
          lab:
            queue: [short, long]
            time: 12h
            cpus-per-gpu: 6
            mem-per-gpu: 90G
            gpu-types: {a40: a40, titan: titan_x}
            binds: ['/scratch/$USER:/scratch:ro', ~/data]
            images: /ceph/container
        """)
            .getOrDefault("lab", SiteProfile.EMPTY);
    assertThat(profile.all(ProfileKey.QUEUE)).containsExactly("short", "long");
    assertThat(profile.number(ProfileKey.CPUS_PER_GPU)).isEqualTo(6);
    assertThat(profile.megabytes(ProfileKey.MEMORY_PER_GPU)).isEqualTo(90 * 1024);
    assertThat(profile.number(ProfileKey.CPUS)).isZero();
    assertThat(profile.gpuTypes()).containsEntry("titan", "titan_x");
    assertThat(profile.all(ProfileKey.BINDS))
        .containsExactly("/scratch/alice:/scratch:ro", "/home/a/data");
    assertThat(profile.all(ProfileKey.IMAGES)).containsExactly("/ceph/container");
    assertThat(profile.text()).startsWith("{queue: [short, long], time: 12h, cpus-per-gpu: 6,");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "quue: short         | a profile has no 'quue'        | write 'queue'",
        "colour: red         | a profile has no 'colour'      | write one of: on, queue",
        "time: soon          | 'soon' is no time              | write for example 'time: 12h'",
        "cpus-per-gpu: many  | it is no number of processors  | 'cpus-per-gpu: 6'",
        "mem-per-gpu: 90 X   | '90 X' is no amount of memory  | 'mem-per-gpu: 64G'",
        "on: cloud           | it is neither slurm nor local  | 'on: slurm'",
        "binds: $NOSUCH/x    | the variable NOSUCH is not set | 'binds: ",
        "gpu-types: [a40]    | gpu-types is no map            | write NAME: VALUE",
      })
  void whatMeansNothingIsSaidWithItsLine(String line, String why, String fix) {
    Problem problem = refused("profiles:\n  lab:\n    " + line + "\n");
    assertThat(problem.why()).contains(why);
    assertThat(problem.fix()).contains(fix);
    assertThat(problem.where().map(SourceSpan::place).orElse("")).startsWith("/etc/skiff.yaml:3:");
  }

  @Test
  void ofTwoFilesTheNearerReplacesKeyByKey() {
    SettingValue site =
        new SettingValue.Profiles(
            read("profiles: {lab: {queue: short, time: 1h}, other: {time: 2h}}"));
    SettingValue own = new SettingValue.Profiles(read("profiles: {lab: {time: 3h}}"));
    assertThat(own.over(site).text())
        .isEqualTo("{lab: {queue: [short], time: 3h}, other: {time: 2h}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"aicloud", "skynet"})
  void theSamplesOfSitesAreRead(String site) throws IOException {
    String text = Files.readString(Path.of("../samples", site, "skiff.yaml"));
    SiteProfile profile = read(text).getOrDefault(site, SiteProfile.EMPTY);
    assertThat(profile.all(ProfileKey.QUEUE)).hasSize(1);
    assertThat(profile.megabytes(ProfileKey.MEMORY_PER_GPU)).isGreaterThan(16 * 1024);
  }

  @Test
  void everyKeysExampleIsRead() {
    for (ProfileKey key : ProfileKey.ALL) {
      Map<String, SiteProfile> read =
          read("profiles: {lab: {%s: %s}}".formatted(key.name(), key.example()));
      assertThat(List.copyOf(read.keySet())).containsExactly("lab");
      assertThat(read.toString()).as(key.name()).contains(key.name().substring(0, 2));
    }
  }
}
