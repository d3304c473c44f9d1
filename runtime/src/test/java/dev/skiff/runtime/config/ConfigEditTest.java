package dev.skiff.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigEditTest {

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void place() {
    file = directory.resolve("skiff/skiff.yaml");
  }

  private ConfigEdit edit(String key) {
    Map<String, String> environment =
        Map.of("XDG_CONFIG_HOME", directory.toString(), "HOME", directory.toString());
    return ConfigEdit.of(new ConfigPlaces(environment, directory, 0), key);
  }

  private void holds(String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void set(String key, String... words) {
    assertThat(edit(key).set(List.of(words))).isEqualTo(file);
  }

  private String text() throws IOException {
    assertThat(directory.resolve("skiff").toFile().list()).containsExactly("skiff.yaml");
    return Files.readString(file);
  }

  @Test
  void aFileIsMadeAndGrows() throws IOException {
    set("compression", "zstd:9");
    set("mirrors.docker.io", "https://m1", "http://m2:5000");
    set("insecure", "registry.lab:5000");
    set("mirrors.registry.lab:5000", "https://m3");
    set("ca-files.registry.lab:5000", "/etc/ssl/lab's.pem");
    set("auth-file", "./auth.json");
    set("tmpdir", "~/tmp");
    assertThat(text())
        .isEqualTo(
            """
            compression: zstd:9
            mirrors:
              docker.io: [https://m1, 'http://m2:5000']
              registry.lab:5000: [https://m3]
            insecure: [registry.lab:5000]
            ca-files:
              registry.lab:5000: '/etc/ssl/lab''s.pem'
            auth-file: %s/auth.json
            tmpdir: ~/tmp
            """
                .formatted(directory));
  }

  @Test
  void commentsAndTheRestStayAsTheyAre() throws IOException {
    holds(
        """
        # ours, since the move 😀
        compression:   zstd:3   # fast
        mirrors:   # near
            # the lab's
            docker.io:
              - https://old
            quay.io: [https://q]  # never

        # and the rest
        retries: 2\
        """);
    set("compression", "xz");
    set("mirrors.docker.io", "https://new");
    set("mirrors.nvcr.io", "https://n");
    set("retries", "5");
    set("processors", "2");
    assertThat(text())
        .isEqualTo(
            """
            # ours, since the move 😀
            compression:   xz   # fast
            mirrors:   # near
                # the lab's
                docker.io: [https://new]
                quay.io: [https://q]  # never
                nvcr.io: [https://n]

            # and the rest
            retries: 5
            processors: 2
            """);
    assertThat(edit("mirrors.quay.io").unset()).contains(file);
    assertThat(edit("mirrors.quay.io").unset()).isEmpty();
    assertThat(edit("compression").unset()).contains(file);
    assertThat(text())
        .isEqualTo(
            """
            # ours, since the move 😀
            mirrors:   # near
                # the lab's
                docker.io: [https://new]
                nvcr.io: [https://n]

            # and the rest
            retries: 5
            processors: 2
            """);
  }

  @Test
  void mapsOnOneLineStayOnIt() throws IOException {
    holds("mirrors: {a: [https://x]} # one\ninsecure:\n");
    assertThat(catchThrowableOfType(ProblemException.class, () -> set("retries", "1")))
        .as("a file that is wrong already is not touched")
        .isNotNull();
    holds("mirrors: {a: [https://x]} # one\n");
    set("mirrors.b", "https://y");
    set("mirrors.a", "https://z");
    assertThat(text()).isEqualTo("mirrors: {a: [https://z], b: [https://y]} # one\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insecure:\n  # why\n  - a\n",
        "{retries: 1}\n",
        "retries: 1\n...\n",
        "insecure: |\n  a\n",
      })
  void whatCannotBeChangedWithoutHarmIsLeft(String text) throws IOException {
    holds(text);
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> set("insecure", "b"));
    assertThat(refused.problem().render()).contains(file.toString());
    assertThat(text()).isEqualTo(text);
  }

  @Test
  void aLinkedFileIsChangedWhereItLies() throws IOException {
    Path dotfiles = Files.createDirectories(directory.resolve("dotfiles"));
    Path real = Files.writeString(dotfiles.resolve("skiff.yaml"), "retries: 1\n");
    Files.createDirectories(file.getParent());
    Files.createSymbolicLink(file, real);
    assertThat(edit("retries").set(List.of("2"))).isEqualTo(real);
    assertThat(Files.isSymbolicLink(file)).isTrue();
    assertThat(Files.readString(real)).isEqualTo("retries: 2\n");
  }

  @Test
  void whatMeansNothingIsRefusedBeforeTheFileIsTouched() {
    for (String[] words :
        new String[][] {
          {"mirors", "x"},
          {"compression.docker.io", "zstd"},
          {"mirrors", "https://x"},
          {"mirrors.a b", "https://x"},
          {"mirrors.a", "ftp://x"},
          {"retries", "1", "2"},
          {"retries", "x"},
          {"tmpdir", "a\nretries: 1"},
        }) {
      List<String> values = List.of(words).subList(1, words.length);
      assertThat(
              catchThrowableOfType(ProblemException.class, () -> edit(words[0]).set(values))
                  .exitCode())
          .isEqualTo(dev.skiff.definitions.problem.ExitCode.USAGE);
    }
    assertThat(file).doesNotExist();
  }
}
