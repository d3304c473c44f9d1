package dev.skiff.definitions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.definitions.finding.Finding;
import dev.skiff.definitions.template.BuildArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FindingsGoldenTest {

  private static final String HEADER = "Bootstrap: docker\nFrom: debian:12.11\n";

  static List<Path> errors() throws IOException {
    return Golden.definitions("errors");
  }

  @ParameterizedTest
  @MethodSource("errors")
  void everyFindingOfAFileReadsAsItsGoldenFileSays(Path definition) throws IOException {
    Golden.compare(Golden.beside(definition, "err"), text(Golden.read(definition).findings()));
  }

  @Test
  void aFileAboveTheLimitIsRefusedUnread() throws IOException {
    compareGenerated("too-large", HEADER + "#".repeat(16 << 20), "");
  }

  @Test
  void aFileOfTooManyLinesIsRefusedUnread() throws IOException {
    compareGenerated("too-many-lines", HEADER + "\n".repeat(100_000), "");
  }

  @Test
  void argumentsCannotMakeATextGrowWithoutLimit() throws IOException {
    String places = "{{A}}".repeat(10_000);
    compareGenerated("too-large-resolved", HEADER + "%post\n" + places, "A=" + "x".repeat(2000));
  }

  @Test
  void lookingStopsAfterFiveHundredFindings() throws IOException {
    Reading reading = read("too-many-findings", HEADER + "%foo\n".repeat(10_000), "");
    assertThat(reading.findings()).hasSize(501);
    Golden.compare(
        Golden.RESOURCES.resolve("errors/too-many-findings.err"),
        text(List.of(reading.findings().getLast())));
  }

  @Test
  void everyFindingHasAGoldenFile() throws IOException {
    Set<String> unseen = new TreeSet<>();
    cases(Finding.class).forEach(type -> unseen.add(code(type)));
    assertThat(unseen).hasSizeGreaterThan(40);
    try (Stream<Path> files = Files.list(Golden.RESOURCES.resolve("errors"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".err")).toList()) {
        Files.readAllLines(file).stream()
            .filter(line -> line.startsWith("["))
            .forEach(line -> unseen.remove(line.substring(1, line.length() - 1)));
      }
    }
    assertThat(unseen).isEmpty();
  }

  private static Stream<Class<?>> cases(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(FindingsGoldenTest::cases)
        : Stream.of(type);
  }

  private static String code(Class<?> type) {
    return type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  private static void compareGenerated(String name, String text, String argument)
      throws IOException {
    Golden.compare(
        Golden.RESOURCES.resolve("errors").resolve(name + ".err"),
        text(read(name, text, argument).findings()));
  }

  private static Reading read(String name, String text, String argument) {
    List<String> options = argument.isEmpty() ? List.of() : List.of(argument);
    return DefinitionReader.read(
        name + ".def",
        text.getBytes(UTF_8),
        BuildArguments.parse(options, List.of(), BuildArguments.Unused.REFUSE));
  }

  private static String text(List<Finding> findings) {
    return findings.stream()
        .map(finding -> "[" + finding.code() + "]\n" + finding.render())
        .collect(joining("\n"));
  }
}
