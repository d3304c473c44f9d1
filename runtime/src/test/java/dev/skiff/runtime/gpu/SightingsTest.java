package dev.skiff.runtime.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.seen.Sightings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SightingsTest {

  @TempDir private Path host = Path.of("/");

  private static List<String> lines(Sightings seen) {
    List<String> lines = new ArrayList<>();
    seen.each((question, path, answer) -> lines.add(question + " " + path + " " + answer));
    return lines;
  }

  @Test
  void whatATreeLooksAtIsNotedByItsPathOnTheHost() throws IOException {
    Path library = Files.createDirectories(host.resolve("driver/lib"));
    Files.createSymbolicLink(library.resolve("libcuda.so.1"), Path.of("libcuda.so.535.1"));
    Files.writeString(library.resolve("libcuda.so.535.1"), "");
    Sightings seen = new Sightings();
    DriverTree tree = DriverTree.of(host, Path.of("/driver"), seen);
    assertThat(tree.exists("/lib/libcuda.so.1")).isTrue();
    assertThat(tree.isNamed("/etc/list")).isFalse();
    assertThat(tree.names("/lib", List.of("libcuda.so.5", "x"))).hasSize(1);
    assertThat(tree.unnoted().text("/lib/libcuda.so.1")).isEmpty();
    seen.noteVariable(Map.of("A", ""), "A");
    seen.noteVariable(Map.of(), "B");
    assertThat(lines(seen))
        .containsExactly(
            "link /driver/lib ",
            "link /driver/lib/libcuda.so.1 libcuda.so.535.1",
            "link /driver/lib/libcuda.so.535.1 ",
            "exists /driver/lib/libcuda.so.535.1 1",
            "named /driver/etc/list 0",
            "names:libcuda.so.5/x /driver/lib libcuda.so.535.1",
            "variable A =",
            "variable B -");
  }

  @Test
  void twoAnswersToOneQuestionAreNone() {
    Sightings seen = new Sightings();
    seen.note(Sightings.Question.TEXT, "/a", "1");
    seen.note(Sightings.Question.TEXT, "/a", "1");
    assertThat(lines(seen)).containsExactly("text /a 1");
    seen.note(Sightings.Question.TEXT, "/a", "2");
    assertThat(lines(seen)).containsExactly("text /a \0");
  }

  @Test
  void aStampIsThatOfTheFile() throws IOException {
    assertThat(FileStamp.of(host.resolve("none"))).isEqualTo("-");
    Path file = Files.writeString(host.resolve("file"), "four");
    assertThat(FileStamp.of(file)).matches("\\d+:\\d+:\\d+:33\\d+:4:\\d+:\\d+:\\d+:\\d+");
  }
}
