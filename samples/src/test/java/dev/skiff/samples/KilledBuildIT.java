package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Builds that are killed at any moment: the next one uses what they left, or does it again.
@Timeout(300)
final class KilledBuildIT {

  private static final int KILLS = 8;

  @Test
  void whatAKilledBuildLeavesIsUsedOrDoneAgain() throws IOException {
    long seed = Long.getLong("skiff.seed", System.nanoTime());
    Random random = new Random(seed);
    Path directory = directoryOf(HostUser.SINGLE.orSkip());
    byte[] noise = new byte[3_000_000];
    new Random(1).nextBytes(noise);
    Files.write(directory.resolve("noise"), noise);
    Files.writeString(directory.resolve("x.def"), definition());
    Map<String, String> environment = new TreeMap<>();
    environment.put("SOURCE_DATE_EPOCH", "1700000000");
    environment.put("SKIFF", InstalledSkiff.command().toString());
    environment.put("TMPDIR", Files.createDirectory(directory.resolve("tmp")).toString());
    InstalledSkiff.execute("chmod", "777", directory + "/tmp");
    environment.put("SKIFF_CACHEDIR", directory.resolve("whole").toString());
    long begun = System.nanoTime();
    shell(directory, environment, "\"$SKIFF\" build whole.sif x.def").ends(0);
    double seconds = (System.nanoTime() - begun) / 1e9;

    environment.put("SKIFF_CACHEDIR", directory.resolve("cache").toString());
    for (int i = 0; i < KILLS; i++) {
      double after = random.nextDouble() * seconds;
      // setsid: the kill reaches the whole group, as the end of a batch job does.
      shell(
          directory,
          environment,
          "setsid \"$SKIFF\" build -F cut.sif x.def >/dev/null 2>&1 & pid=$!; sleep %.3f; kill -9 -$pid; wait; true"
              .formatted(after));
      if (Files.exists(directory.resolve("cut.sif"))) {
        assertThat(directory.resolve("cut.sif"))
            .as("seed %d, kill %d after %.3f s", seed, i, after)
            .hasSameBinaryContentAs(directory.resolve("whole.sif"));
      }
    }
    shell(directory, environment, "\"$SKIFF\" build -F cut.sif x.def").ends(0);
    assertThat(directory.resolve("cut.sif"))
        .as("seed %d", seed)
        .hasSameBinaryContentAs(directory.resolve("whole.sif"));
    shell(directory, environment, "\"$SKIFF\" build -F --build-cache-only again.sif x.def").ends(0);
    assertThat(directory.resolve("tmp")).isEmptyDirectory(); // what killed ones left there is gone
  }

  private static String definition() {
    return """
    Bootstrap: localimage
    From: %s

    %%files
      noise /opt/noise

    %%post
      # skiff: step one
      cp /opt/noise /opt/one
      # skiff: step two
      cat /opt/noise /opt/one > /opt/two

    %%environment
      export X=1
    """
        .formatted(BusyboxImage.sif());
  }

  private static Outcome shell(Path directory, Map<String, String> environment, String script) {
    return as(HostUser.SINGLE, directory, environment, "", List.of("sh", "-c", script));
  }
}
