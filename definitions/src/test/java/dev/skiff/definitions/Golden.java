package dev.skiff.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.skiff.definitions.template.BuildArguments;
import dev.skiff.definitions.template.BuildArguments.ArgumentFile;
import dev.skiff.definitions.template.BuildArguments.Unused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The folders of definition files with what must come of them beside each.
final class Golden {

  static final Path RESOURCES = Path.of("src/test/resources");

  private Golden() {}

  static List<Path> definitions(String folder) throws IOException {
    try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".def")).sorted().toList();
    }
  }

  /// Reads a definition with the options that stand in the `.args` file beside it.
  static Reading read(Path definition) throws IOException {
    return DefinitionReader.read(
        definition.getFileName().toString(), Files.readAllBytes(definition), arguments(definition));
  }

  static Path beside(Path definition, String extension) {
    String name = definition.getFileName().toString();
    return definition.resolveSibling(name.replaceAll("[.]def$", "." + extension));
  }

  /// Compares with a golden file. With `-Dgolden.update=true` rewrites it, and still fails.
  static void compare(Path golden, String actual) throws IOException {
    String expected = Files.exists(golden) ? Files.readString(golden) : "";
    if (Boolean.getBoolean("golden.update") && !expected.equals(actual)) {
      Files.writeString(golden, actual);
      fail("rewrote " + golden);
    }
    assertThat(actual).as(golden.toString()).isEqualTo(expected);
  }

  private static BuildArguments arguments(Path definition) throws IOException {
    Path file = beside(definition, "args");
    List<String> options = new ArrayList<>();
    List<ArgumentFile> files = new ArrayList<>();
    Unused unused = Unused.REFUSE;
    for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
      String[] words = line.split(" ", 2);
      String value = words.length > 1 ? words[1].replace("\\n", "\n") : "";
      switch (words[0]) {
        case "--build-arg" -> options.add(value);
        case "--build-arg-file" -> files.add(new ArgumentFile("arguments.txt", value));
        case "--warn-unused-build-args" -> unused = Unused.WARN;
        default -> throw new IllegalArgumentException(line);
      }
    }
    return BuildArguments.parse(options, files, unused);
  }
}
