package dev.skiff.image;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// What is kept for a fuzz test to begin with, and for every build to go through.
public final class FuzzCorpus {

  private FuzzCorpus() {}

  /// The inputs of a fuzz test, where its runner looks for them.
  public static List<byte[]> of(Class<?> fuzzTest, String method) throws IOException {
    String folder = fuzzTest.getSimpleName() + "Inputs/" + method;
    Path directory =
        Path.of(
            URI.create(Objects.requireNonNull(fuzzTest.getResource(folder), folder).toString()));
    try (Stream<Path> files = Files.list(directory).sorted()) {
      List<Path> sorted = files.toList();
      List<byte[]> inputs = new java.util.ArrayList<>();
      for (Path file : sorted) {
        inputs.add(Files.readAllBytes(file));
      }
      return inputs;
    }
  }
}
