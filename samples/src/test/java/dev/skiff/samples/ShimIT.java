package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Skiff by the names that existing scripts call.
final class ShimIT {

  private static final HostUser USER = HostUser.SINGLE;

  private Path directory = Path.of("/");
  private String image = "";

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = directoryOf(USER.orSkip());
    image = BusyboxImage.sif().toString();
  }

  private Outcome type(String name, String... words) {
    List<String> command = new ArrayList<>();
    command.add(InstalledSkiff.command().resolveSibling(name).toString());
    command.addAll(List.of(words));
    return as(USER, directory, Map.of(), "", command);
  }

  @ParameterizedTest
  @ValueSource(strings = {"apptainer", "singularity"})
  void theVersionIsOneThatScriptsUnderstand(String name) {
    String version = type(name, "--version").ends(0).out();
    assertThat(version).matches("apptainer version 1\\.4\\.\\d+\\+skiff\\n");
    type(name, "-q", "version").ends(0).prints(version.replace("apptainer version ", ""));
  }

  @Test
  void anImageIsAProgram() {
    String path = InstalledSkiff.command().getParent() + ":/usr/bin:/bin";
    as(USER, directory, Map.of("PATH", path), "", List.of(image, "a b", "c"))
        .ends(0)
        .prints("run 2 a b c bar\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-q", "-d", "-v", "-s", "--nocolor", "-q -s --nocolor", "--debug"})
  void optionsStandInFrontOfTheCommand(String options) {
    List<String> words = new ArrayList<>(List.of(options.split(" ", -1)));
    words.addAll(List.of("exec", image, "echo", "fine"));
    type("singularity", words.toArray(String[]::new)).ends(0).prints("fine\n");
  }

  @ParameterizedTest
  @CsvSource({
    "singularity, 255, 255, 255, 1, 42",
    "skiff, 127, 126, 125, 2, 42",
  })
  void exitCodesAreThoseOfTheName(
      String name, int absent, int unusable, int noImage, int words, int own) {
    type(name, "exec", image, "nosuchcmd").ends(absent).complains("nosuchcmd");
    type(name, "exec", image, "/etc/passwd").ends(unusable);
    type(name, "exec", "nope.sif", "true").ends(noImage);
    type(name, "exec", "--pwd", "/nope", image, "true").ends(noImage);
    type(name, "exec", image).ends(words);
    type(name, "exec", "--nonsense", image, "true").ends(words);
    type(name, "run", "--app", "nope", image).ends(1);
    type(name, "exec", image, "sh", "-c", "exit 42").ends(own);
    type(name, "inspect", "nope.sif").ends(name.equals("skiff") ? 1 : 255);
  }

  @Test
  void theCodesCanBeChosenUnderEitherName() {
    type("skiff", "exec", "--apptainer-exit-codes", image, "nosuchcmd").ends(255);
    List<String> command =
        List.of(
            InstalledSkiff.command().resolveSibling("apptainer").toString(), "exec", image, "nope");
    as(USER, directory, Map.of("SKIFF_APPTAINER_EXIT_CODES", "0"), "", command).ends(127);
  }

  @ParameterizedTest
  @CsvSource({
    "sign x.sif, digest",
    "verify x.sif, digest",
    "key list, digest",
    "remote list, registry",
    "plugin list, skiff.yaml",
    "capability list, rights",
    "oci run x, instance start",
    "checkpoint list, DMTCP",
    "instance.start x y, skiff instance start",
    "search x, oras",
  })
  void whatIsNotThereSaysWhatToUse(String words, String instead) {
    type("singularity", words.split(" ", -1)).ends(1).complains(instead);
  }

  @Test
  void flagsOfExistingScriptsAreTakenWhereTheyDoNoHarm() {
    String[] harmless = {
      "--underlay", "--unsquash", "--ignore-subuid", "--disable-cache", "--tmpdir", "/tmp"
    };
    List<String> words = new ArrayList<>(List.of("exec"));
    words.addAll(List.of(harmless));
    words.addAll(List.of(image, "echo", "fine"));
    String[] typed = words.toArray(String[]::new);
    Outcome outcome = type("apptainer", typed).ends(0).prints("fine\n");
    assertThat(outcome.err()).isEmpty();
    type("skiff", typed).ends(2).complains("leave it out: bind targets are always made");
    type("apptainer", "exec", "--memory", "1G", image, "true").ends(1).complains("srun --mem");
  }

  @Test
  void whatOldScriptsAskOfTheCacheWorks() {
    type("singularity", "cache", "list").ends(0);
    type("singularity", "cache", "clean", "-f").ends(0);
    type("singularity", "pull", "--name", "x.sif", "foo").ends(255).complains("transport");
  }
}
