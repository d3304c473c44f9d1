package dev.skiff.builder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Compares text with a file under `src/test/resources`, or rewrites it with
/// `-Dgolden.update=true`.
public final class Golden {

  private Golden() {}

  public static void assertMatches(String resource, String actual) throws IOException {
    Path golden = Path.of("src/test/resources").resolve(resource);
    String expected = Files.exists(golden) ? Files.readString(golden) : "";
    if (expected.equals(actual)) {
      return;
    }
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(golden.getParent());
      Files.writeString(golden, actual);
      throw new AssertionError(
          "rewrote " + golden + "; read the diff, then run without the option");
    }
    throw new AssertionError(
        golden + " differs\n--- expected\n" + expected + "\n--- actual\n" + actual);
  }
}
