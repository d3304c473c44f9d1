package dev.skiff.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.cli.output.Terminal.Kind;
import dev.skiff.cli.output.Terminal.Verbosity;
import dev.skiff.definitions.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BuildProgressTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private String told(Verbosity verbosity) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    BuildProgress progress = new BuildProgress(new Terminal(stream, stream, Kind.PLAIN, verbosity));
    progress.on(new BuildEvent.StepStarted(1, 2, "run %post"));
    progress.on(new BuildEvent.OutputLine(BuildEvent.Stream.OUTPUT, "hello"));
    progress.on(new BuildEvent.Warned(new Problem("a", "b", "c")));
    progress.on(new BuildEvent.StepFinished(1, 2, "run %post", Duration.ofMillis(1500)));
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aFileGetsALineForEachThing() {
    assertThat(told(Verbosity.NORMAL))
        .isEqualTo(
            """
            [1/2] run %post
            hello
            warning: a
              why: b
              fix: c
            [1/2] done in 1.5 s
            """);
  }

  @Test
  void quietKeepsWarnings() {
    assertThat(told(Verbosity.QUIET)).isEqualTo("warning: a\n  why: b\n  fix: c\n");
  }

  @Test
  void silentSaysNothing() {
    assertThat(told(Verbosity.SILENT)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "999, 999 B", "1500, 1.5 kB", "25000000, 25 MB", "1500000000, 1.5 GB"})
  void bytesAreSaidAsPeopleDo(long bytes, String text) {
    assertThat(BuildProgress.size(bytes)).isEqualTo(text);
  }
}
