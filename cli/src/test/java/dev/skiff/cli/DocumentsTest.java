package dev.skiff.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Documents decay; these are held against the code.
final class DocumentsTest {

  private static final Pattern TYPE = Pattern.compile("`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)`");
  private static final Pattern PATH = Pattern.compile("`([a-z.][A-Za-z0-9_.-]*/[A-Za-z0-9_./-]*)`");

  @ParameterizedTest
  @ValueSource(strings = {"ARCHITECTURE.md", "CONTRIBUTING.md"})
  void everyTypeNamedInBackticksExists(String document) throws IOException {
    Set<String> known =
        new ClassFileImporter()
            .importPackages("dev.skiff").stream()
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet());
    assertThat(named(TYPE, document)).isNotEmpty().isSubsetOf(known);
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"})
  void everyPathNamedInBackticksExists(String document) throws IOException {
    assertThat(named(PATH, document))
        .isNotEmpty()
        .allSatisfy(path -> assertThat(root().resolve(path)).exists());
  }

  private static Set<String> named(Pattern pattern, String document) throws IOException {
    return pattern
        .matcher(Files.readString(root().resolve(document)))
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Path root() {
    return Path.of("..").toAbsolutePath().normalize();
  }
}
