package dev.skiff.runtime.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A text compared with a file of the tests. `-Dgolden.update=true` rewrites the file, and fails
/// all the same.
public final class GoldenText {

  private static final Path RESOURCES = Path.of("src/test/resources");

  private GoldenText() {}

  /// Fails unless the file holds exactly this text.
  ///
  /// @param name below src/test/resources
  public static void check(String name, String actual) throws IOException {
    Path file = RESOURCES.resolve(name);
    String expected = Files.exists(file) ? Files.readString(file) : "";
    if (Boolean.getBoolean("golden.update") && !actual.equals(expected)) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
    assertThat(actual).as(name).isEqualTo(expected);
  }
}
