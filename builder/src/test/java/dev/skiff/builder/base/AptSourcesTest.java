package dev.skiff.builder.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.base.AptSources.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AptSourcesTest {

  @TempDir private Path directory = Path.of("/");

  @Test
  void bothStylesAreReadAndTheReleaseIsChosen() throws IOException {
    Files.writeString(
        directory.resolve("sources.list"),
        """
        # deb http://commented x main
        deb [arch=amd64 signed-by=/k.gpg] http://m/debian bookworm main contrib # end
        deb-src http://m/debian bookworm main
        deb http://m/debian bookworm-backports main
        """);
    Files.createDirectory(directory.resolve("sources.list.d"));
    Files.writeString(
        directory.resolve("sources.list.d/debian.sources"),
        """
        Types: deb deb-src
        # a comment
        URIs: http://m/debian
          http://n/debian
        Suites: bookworm-updates trixie
        Components: main

        Types: deb
        URIs: http://s/debian-security
        Suites: bookworm-security
        Components: main
        Signed-By: /s.gpg

        Enabled: no
        Types: deb
        URIs: http://off
        Suites: bookworm
        """);
    Files.writeString(directory.resolve("sources.list.d/x.sources.disabled"), "Types: deb\n");
    AptSources sources = AptSources.read(directory);
    assertThat(sources.of("bookworm").stream().map(Entry::line))
        .containsExactly(
            "deb [signed-by=/k.gpg] http://m/debian bookworm main contrib",
            "deb http://m/debian bookworm-updates main",
            "deb http://n/debian bookworm-updates main",
            "deb [signed-by=/s.gpg] http://s/debian-security bookworm-security main");
    assertThat(sources.main("bookworm"))
        .contains(
            new Entry(
                "http://m/debian", "bookworm", List.of("main", "contrib"), Optional.of("/k.gpg")));
    assertThat(sources.of("noble")).isEmpty();
  }

  @Test
  void aHostWithoutAptHasNoSources() throws IOException {
    assertThat(AptSources.read(directory.resolve("nothing")).entries()).isEmpty();
  }
}
