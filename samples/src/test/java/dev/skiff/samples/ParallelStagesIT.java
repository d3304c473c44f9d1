package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Stages that need not wait for each other, and steps where no overlay can be mounted.
@Timeout(300)
final class ParallelStagesIT {

  /// Each of the first two ends only when the other has begun.
  private static final String MEETING =
      """
      Bootstrap: localimage
      From: %1$s
      Stage: one

      %%post
        touch /meet/one
        i=0; while [ ! -e /meet/two ] && [ $i -lt 300 ]; do sleep 0.1; i=$((i + 1)); done
        test -e /meet/two && echo 1 > /opt/one

      Bootstrap: localimage
      From: %1$s
      Stage: two

      %%post
        touch /meet/two
        i=0; while [ ! -e /meet/one ] && [ $i -lt 300 ]; do sleep 0.1; i=$((i + 1)); done
        test -e /meet/one && echo 2 > /opt/two
      """;

  private static final String LAST =
      """

      Bootstrap: localimage
      From: %1$s
      Stage: last

      %%files from one
        /opt/one
      %%files from two
        /opt/two

      %%post
        cat /opt/one /opt/two > /opt/both
        rm /bin/dd && chmod 700 /bin/tty && ln /opt/both /opt/link && rm -r /mnt
      """;

  private final Map<String, String> environment = new TreeMap<>();
  private Path directory = Path.of("/");

  @BeforeEach
  void aDirectory() throws IOException {
    directory = directoryOf(HostUser.SINGLE.orSkip());
    Path meeting = Files.createDirectory(directory.resolve("meet"));
    InstalledSkiff.execute("chmod", "777", meeting.toString());
    environment.put("SOURCE_DATE_EPOCH", "1700000000");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text.formatted(BusyboxImage.sif()));
  }

  private Outcome build(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(InstalledSkiff.command().toString(), "build", "-B", directory + "/meet:/meet"));
    command.addAll(List.of(words));
    return as(HostUser.SINGLE, directory, environment, "", command);
  }

  private byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(directory.resolve(name));
  }

  @Test
  void stagesThatDoNotWaitForEachOtherRunAtOnceAndGiveTheSameBytes() throws IOException {
    write("x.def", MEETING + LAST);
    Outcome outcome = build("--processors", "2", "a.sif", "x.def").ends(0);
    assertThat(outcome.err()).contains("one | + touch /meet/one", "two | + touch /meet/two");
    assertThat(outcome.err().lines().filter(line -> line.matches("\\[[0-9]+/15] [a-z%/].*")))
        .hasSizeGreaterThanOrEqualTo(15);
    build("--processors", "1", "--no-reuse", "--no-build-cache", "b.sif", "x.def").ends(0);
    assertThat(bytes("b.sif")).isEqualTo(bytes("a.sif"));

    environment.put("SKIFF_NO_OVERLAY", "1"); // the layers are found by comparing, and are the same
    build("--no-build-cache", "--no-reuse", "c.sif", "x.def")
        .ends(0)
        .complains("found by comparing all files");
    assertThat(bytes("c.sif")).isEqualTo(bytes("a.sif"));
    build("--build-cache-only", "-o", "oci:layout", "-o", "d.sif", "x.def").ends(0);
    assertThat(bytes("d.sif")).isEqualTo(bytes("a.sif"));
    as(
            HostUser.SINGLE,
            directory,
            environment,
            "",
            List.of(
                InstalledSkiff.command().toString(),
                "exec",
                "oci:layout",
                "sh",
                "-c",
                "cat /opt/both; ls /bin/dd /mnt; test /opt/both -ef /opt/link && echo linked"))
        .ends(0)
        .prints("1\n2\nlinked\n");
  }

  @Test
  void theFirstFailureEndsTheOtherStages() throws IOException {
    write(
        "x.def",
        """
        Bootstrap: localimage
        From: %1$s
        Stage: slow

        %%post
          touch /meet/slow
          sleep 600

        Bootstrap: localimage
        From: %1$s

        %%post
          while [ ! -e /meet/slow ]; do sleep 0.1; done
          exit 7
        """);
    long start = System.nanoTime();
    build("--processors", "2", "x.sif", "x.def").ends(1).complains("exit status 7");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(90));
    assertThat(directory.resolve("x.sif")).doesNotExist();
  }
}
