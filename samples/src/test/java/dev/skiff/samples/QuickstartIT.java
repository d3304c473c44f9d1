package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.copySample;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A real Debian root file system, made from packages by each of the three kinds of user.
final class QuickstartIT {

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void aDebianImageWithPythonIsBuiltAndRun(HostUser user) {
    Path directory = directoryOf(user.orSkip());
    copySample("quickstart", directory);
    skiff(user, directory, "build", "quickstart.sif", "quickstart.def").ends(0);
    Outcome run = skiff(user, directory, "run", "quickstart.sif", "a", "b c").ends(0);
    assertThat(run.out())
        .contains("in quickstart.sif")
        .contains("greeting: set by the image")
        .contains("arguments: ['a', 'b c']");
  }
}
