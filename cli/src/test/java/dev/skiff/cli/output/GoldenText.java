package dev.skiff.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whole outputs, kept under `src/test/resources`; `-Dgolden.update=true` rewrites them and fails.
final class GoldenText {

  private GoldenText() {}

  static void assertMatches(String resource, String actual) throws IOException {
    Path golden = Path.of("src/test/resources").resolve(resource);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(golden.getParent());
      Path _ = Files.writeString(golden, actual);
    }
    assertThat(Boolean.getBoolean("golden.update")).as("a rewritten golden is not green").isFalse();
    assertThat(actual).isEqualTo(Files.readString(golden));
  }
}
