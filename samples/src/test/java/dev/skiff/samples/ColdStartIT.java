package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A start with Java takes all its classes from the start-up cache, and has the JVM make none: each
/// that is read from a jar or made costs one to ten milliseconds.
final class ColdStartIT {

  private static final HostUser USER = HostUser.SINGLE;
  private static final String FROM_THE_CACHE = "source: shared objects file";

  private Path directory = Path.of("/");
  private Path log = Path.of("/");

  @BeforeEach
  void putAJavaThatTellsBetween() throws IOException {
    directory = directoryOf(USER.orSkip());
    Path home = Path.of(System.getProperty("java.home"));
    Path between = directory.resolve("java");
    Files.createDirectories(between.resolve("bin"));
    log = directory.resolve("classes.log");
    Files.copy(home.resolve("release"), between.resolve("release"));
    Path java = between.resolve("bin/java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        for word do
          shift
          case $word in -Xlog:disable) word=-Xlog:class+load:file=%s ;; esac
          set -- "$@" "$word"
        done
        exec %s/bin/java "$@"
        """
            .formatted(log, home));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path cache = InstalledSkiff.command().resolveSibling("../lib/skiff");
    try (Stream<Path> files = Files.list(cache)) {
      assumeTrue(
          files.anyMatch(file -> file.toString().endsWith("-alone.aot")),
          "the distribution has no start-up cache");
    }
  }

  /// The classes that this start loaded from elsewhere.
  private List<String> strangers(String... words) throws IOException {
    Files.deleteIfExists(log);
    Map<String, String> variables = Map.of("SKIFF_JAVA", log.resolveSibling("java").toString());
    skiff(USER, directory, variables, words).ends(0);
    List<String> loaded = Files.readAllLines(log);
    assertThat(loaded).as("classes").hasSizeGreaterThan(500);
    List<String> strangers = new ArrayList<>();
    for (String line : loaded) {
      if (!line.contains(FROM_THE_CACHE) || (line.contains(" dev.skiff.") && line.contains("$$"))) {
        strangers.add(line);
      }
    }
    return strangers;
  }

  private String sandbox() {
    Path sandbox = directory.resolve("box");
    String image = BusyboxImage.sif().toString();
    skiff(USER, directory, "build", "--sandbox", sandbox.toString(), image).ends(0);
    return sandbox.toString();
  }

  @Test
  void aSifNeedsNoClassBesides() throws IOException {
    String image = BusyboxImage.sif().toString();
    assertThat(strangers("exec", image, "true")).isEmpty();
    assertThat(strangers("exec", "-B", "/usr:/mnt:ro", "--pwd", "/", image, "true")).isEmpty();
  }

  @Test
  void aDirectoryNeedsNoClassBesides() throws IOException {
    String image = sandbox();
    assertThat(strangers("exec", image, "true")).isEmpty();
    assertThat(strangers("run", "-e", "-c", "--env", "B=2", image, "true")).isEmpty();
  }

  @Test
  void withoutALauncherThatCallsTheKernelOnlyTheCallIsMade() throws IOException {
    assertThat(strangers("exec", "-C", BusyboxImage.sif().toString(), "true"))
        .as("besides what linking the call makes")
        .allMatch(line -> line.contains("java.lang.invoke.") || line.contains("foreign.abi"));
  }
}
