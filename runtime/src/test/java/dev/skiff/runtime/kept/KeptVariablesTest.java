package dev.skiff.runtime.kept;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A kept start is for one set of variables: of each that a plan reads, the launcher compares the
/// value.
final class KeptVariablesTest {

  private static final Pattern READ =
      Pattern.compile(
          "(?:getenv|environment\\(?\\)?\\s*\\.get|getOrDefault)\\(\\s*\"([A-Za-z_]+)\"");
  private static final List<String> FOLDERS =
      List.of(
          "src/main/java/dev/skiff/runtime/host",
          "src/main/java/dev/skiff/runtime/request",
          "src/main/java/dev/skiff/runtime/planner",
          "src/main/java/dev/skiff/runtime/script",
          "src/main/java/dev/skiff/runtime/setup",
          "src/main/java/dev/skiff/runtime/launch",
          "../cli/src/main/java/dev/skiff/cli/container");

  @Test
  void theLauncherComparesEveryVariableThatIsRead() throws IOException {
    Set<String> read = read();
    assertThat(read).contains("PATH", "HOME", "PWD");
    List<Pattern> compared = compared();
    for (String name : read) {
      assertThat(compared.stream().anyMatch(pattern -> pattern.matcher(name).find()))
          .as("libexec/skiff/start compares the value of " + name)
          .isTrue();
    }
  }

  private static Set<String> read() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String folder : FOLDERS) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
          Matcher matcher = READ.matcher(Files.readString(file));
          while (matcher.find()) {
            names.add(matcher.group(1));
          }
        }
      }
    }
    return names;
  }

  private static List<Pattern> compared() throws IOException {
    String launcher = Files.readString(Path.of("../libexec/skiff/start"));
    List<Pattern> patterns =
        Pattern.compile("\\$name =~ /(.*)/")
            .matcher(launcher)
            .results()
            .map(found -> Pattern.compile(found.group(1)))
            .toList();
    assertThat(patterns).hasSize(2);
    return patterns;
  }
}
