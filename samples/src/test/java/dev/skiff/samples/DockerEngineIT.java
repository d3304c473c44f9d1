package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A definition of several stages whose scripts a Docker daemon runs: the files are those of our
/// own runtime.
@Timeout(300)
final class DockerEngineIT {

  private static final String STAGES =
      """
      Bootstrap: localimage
      From: @IMAGE@
      Stage: one
      %arguments
          WORD=default
      %post
          echo "{{ WORD }} one" > /one && ln /one /hard
          mkdir -p /folder/below && echo file > /folder/below/file && chmod 700 /folder

      Bootstrap: localimage
      From: @IMAGE@
      Stage: two
      %post
          echo two > /two && ln -s two /link && chmod 640 /two

      Bootstrap: localimage
      From: @IMAGE@
      Stage: last
      %arguments
          WORD=default
      %files from one
          /one
          /folder /copied
      %files from two
          /two /opt/two
          /link /opt/link
      %files
          stages.def /opt/stages.def
      %post
          cat /one /opt/two > /both
          # skiff: step second
          echo "{{ WORD }}" >> /both && rm /bin/seq
          # skiff: step third
          umask > /umask && echo "$FOO" > /variable
      %environment
          export WORD={{ WORD }}
      %test
          test -f /both
      """;

  private static PrivateDockerd daemon;

  @BeforeAll
  static void start() {
    daemon = PrivateDockerd.startOrSkip();
  }

  @AfterAll
  static void stop() {
    if (daemon != null) {
      daemon.close();
    }
  }

  private static String listing(Path directory, String engine) {
    skiff(
            HostUser.SINGLE,
            directory,
            daemon.environment(),
            "build",
            "--engine",
            engine,
            "--build-arg",
            "WORD=given",
            "--sandbox",
            engine,
            "stages.def")
        .ends(0);
    String look =
        """
        cd %s && find . ! -name labels.json -printf '%%M %%U %%G %%n %%l %%p\\n' | sort -k 6 &&
        find . -type f ! -name labels.json ! -name '*.sif' | sort | xargs sha256sum
        """
            .formatted(engine);
    return as(HostUser.SINGLE, directory, Map.of(), "", List.of("sh", "-ec", look)).ends(0).out();
  }

  @Test
  void stagesArgumentsAndSplitScriptsGiveTheSameFiles() throws IOException {
    Path directory = directoryOf(HostUser.SINGLE.orSkip());
    daemon.openTo(HostUser.SINGLE);
    Files.writeString(
        directory.resolve("stages.def"), STAGES.replace("@IMAGE@", BusyboxImage.sif().toString()));
    assertThat(listing(directory, "docker"))
        .isEqualTo(listing(directory, "own"))
        .contains("./copied/below/file", "./opt/link", "./variable");
    assertThat(directory.resolve("docker/both")).hasContent("given one\ntwo\ngiven\n");
    assertThat(daemon.docker("ps", "-aq")).isEmpty();
    assertThat(daemon.docker("images")).doesNotContain("skiff-build");
  }
}
