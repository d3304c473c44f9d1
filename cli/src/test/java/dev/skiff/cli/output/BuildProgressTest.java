package dev.skiff.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.BuildSummary;
import dev.skiff.builder.BuildSummary.Input;
import dev.skiff.builder.BuildSummary.SifFile;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildEvent.BytesMoved;
import dev.skiff.builder.progress.BuildEvent.Outcome;
import dev.skiff.builder.progress.BuildEvent.OutputLine;
import dev.skiff.builder.progress.BuildEvent.PartMoved;
import dev.skiff.builder.progress.BuildEvent.PhaseFinished;
import dev.skiff.builder.progress.BuildEvent.StepFinished;
import dev.skiff.builder.progress.BuildEvent.StepStarted;
import dev.skiff.builder.progress.BuildEvent.Stream;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.cli.output.Terminal.Kind;
import dev.skiff.cli.output.Terminal.Verbosity;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BuildProgressTest {

  private static final long MB = 1_000_000;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private long now;

  private Terminal terminal(Kind kind, Verbosity verbosity) {
    return new Terminal(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        kind,
        verbosity);
  }

  private void passes(double seconds) {
    now += (long) (seconds * 1e9);
  }

  /// A conversion: quick steps, then a download and the conversion of what is there already.
  private void convert(BuildReport report) {
    report.on(new StepStarted(1, 2, "fetch docker://debian:12"));
    passes(0.4);
    report.on(new StepFinished(1, 2, "fetch docker://debian:12", Duration.ofMillis(400)));
    report.on(new StepStarted(2, 2, "write the SIF 'x.sif'"));
    report.on(new BytesMoved("download", 100 * MB, 400 * MB));
    passes(0.5);
    report.on(new BytesMoved("download", 110 * MB, 400 * MB));
    passes(10);
    report.on(new BytesMoved("download", 310 * MB, 400 * MB));
    report.on(new BytesMoved("convert", 10 * MB, 400 * MB));
    passes(4.5);
    report.on(new BytesMoved("download", 400 * MB, 400 * MB));
    report.on(new PhaseFinished("download", 400 * MB, Duration.ofSeconds(15)));
    passes(20);
    report.on(new BytesMoved("convert", 255 * MB, 400 * MB));
    passes(14.5);
    report.on(new PhaseFinished("convert", 400 * MB, Duration.ofSeconds(80)));
    report.on(new PhaseFinished("tables", -1, Duration.ofMillis(310)));
    report.on(new StepFinished(2, 2, "write the SIF 'x.sif'", Duration.ofMillis(80_400)));
    report.finished(
        new BuildSummary(
            new Target(Path.of("x.sif"), Target.Form.SIF, Target.Existing.REFUSE),
            Optional.of(
                new SifFile(
                    Input.LAYERS,
                    400 * MB,
                    380 * MB,
                    SquashfsOptions.defaults().withCompression(CompressionLevel.parse("zstd:9")))),
            Instant.EPOCH,
            Duration.ofSeconds(81)));
    report.close();
  }

  @Test
  void aStepThatMayBeCachedSaysWhetherItWas() {
    for (Kind kind : List.of(Kind.PLAIN, Kind.LIVE)) {
      err.reset();
      BuildReport report = new BuildProgress(terminal(kind, Verbosity.NORMAL), () -> now);
      report.on(new StepStarted(1, 3, "run %post"));
      report.on(new StepFinished(1, 3, "run %post", Duration.ofMillis(10), Outcome.CACHED));
      report.on(new StepStarted(2, 3, "run %test"));
      report.on(new StepFinished(2, 3, "run %test", Duration.ofMillis(1200), Outcome.RUN));
      assertThat(shown(err.toString(StandardCharsets.UTF_8)))
          .isEqualTo(
              kind == Kind.PLAIN
                  ? """
                  [1/3] run %post
                  [1/3] cached in 0.0 s
                  [2/3] run %test
                  [2/3] run in 1.2 s
                  """
                  : """
                  [1/3] run %post: cached, 0.0 s
                  [2/3] run %test: run, 1.2 s
                  """);
    }
    BuildReport json = new BuildJson(terminal(Kind.PLAIN, Verbosity.NORMAL), () -> now);
    json.on(new StepFinished(1, 3, "run %post", Duration.ofMillis(10), Outcome.CACHED));
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"outcome\":\"cached\"");
  }

  @Test
  void aConversionInAFile() {
    convert(new BuildProgress(terminal(Kind.PLAIN, Verbosity.NORMAL), () -> now));
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            [1/2] fetch docker://debian:12
            [2/2] write the SIF 'x.sif'
              download 310 MB of 400 MB (77%), 20 MB/s, 5 s left
              download 400 MB, 15.0 s, 27 MB/s
              convert 255 MB of 400 MB (63%), 10 MB/s, 15 s left
              convert 400 MB, 1 min 20 s, 5.0 MB/s
              tables, 0.3 s
            [2/2] done in 1 min 20 s
            built x.sif: 380 MB from 400 MB of layers (0.95), zstd:9, in 1 min 21 s
            """);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aConversionOnATerminalLeavesTheSameLines() {
    convert(new BuildProgress(terminal(Kind.LIVE, Verbosity.NORMAL), () -> now));
    String text = err.toString(StandardCharsets.UTF_8);
    assertThat(text.replace("\033", "ESC"))
        .contains("\rESC[?7l[1/2] fetch docker://debian:12ESC[KESC[?7h")
        .contains(
            "\rESC[?7l  download 400 MB of 400 MB (100%), 20 MB/s, 0 s left | convert 10 MB of"
                + " 400 MB (2%)ESC[KESC[?7h");
    assertThat(shown(text))
        .isEqualTo(
            """
            [1/2] fetch docker://debian:12, 0.4 s
            [2/2] write the SIF 'x.sif'
              download 400 MB, 15.0 s, 27 MB/s
              convert 400 MB, 1 min 20 s, 5.0 MB/s
              tables, 0.3 s
            [2/2] done in 1 min 20 s
            built x.sif: 380 MB from 400 MB of layers (0.95), zstd:9, in 1 min 21 s
            """);
  }

  /// What a terminal still shows at the end: of each line what was drawn last.
  private static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (String line : text.split("(?<=\n)", -1)) {
      String last = line.substring(line.lastIndexOf('\r') + 1);
      shown.append(last.replaceAll("\033\\[[?0-9]*[a-zA-Z]", ""));
    }
    return shown.toString();
  }

  @ParameterizedTest
  @CsvSource({"LIVE", "DUMB"})
  void aScriptDrivesNoTerminal(Kind kind) {
    BuildProgress shown = new BuildProgress(terminal(kind, Verbosity.NORMAL), () -> now);
    shown.on(new StepStarted(1, 1, "run\u001b %post"));
    for (String line :
        List.of(" 10%\r 90%\r100%\r", "\033[1;31mred\033[0m\tcell", "a\033]0;x\007")) {
      shown.on(new OutputLine(Stream.OUTPUT, line));
    }
    shown.close();
    assertThat(shown(err.toString(StandardCharsets.UTF_8)))
        .isEqualTo("[1/1] run\\u001b %post\n100%\nred\tcell\na\\u001b]0;x\\u0007\n");
  }

  @Test
  void aFileGetsWhatAScriptWrites() {
    BuildProgress plain = new BuildProgress(terminal(Kind.PLAIN, Verbosity.NORMAL), () -> now);
    plain.on(new OutputLine(Stream.OUTPUT, " 10%\r100%\033[1mred"));
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(" 10%\r100%\033[1mred\n");
  }

  @Test
  void aScriptForcesItsStepsLineOut() {
    BuildProgress live = new BuildProgress(terminal(Kind.LIVE, Verbosity.NORMAL), () -> now);
    live.on(new StepStarted(1, 2, "run %post"));
    live.on(new OutputLine(Stream.OUTPUT, "hello"));
    live.on(new Warned(new Problem("a", "b", "c")));
    live.on(new StepFinished(1, 2, "run %post", Duration.ofMillis(100)));
    live.close();
    assertThat(shown(err.toString(StandardCharsets.UTF_8)))
        .isEqualTo(
            """
            [1/2] run %post
            hello
            warning: a
              why: b
              fix: c
            [1/2] done in 0.1 s
            """);
  }

  @Test
  void whatIsDrawnWhenTheProcessEndsIsErasedAndNothingFollows() {
    BuildProgress live = new BuildProgress(terminal(Kind.LIVE, Verbosity.NORMAL), () -> now);
    live.on(new StepStarted(1, 2, "write the SIF 'x.sif'"));
    live.stop();
    live.on(new BytesMoved("convert", MB, 2 * MB));
    live.on(new StepStarted(2, 2, "more"));
    assertThat(shown(err.toString(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void quietKeepsWarningsOnly() {
    BuildProgress quiet = new BuildProgress(terminal(Kind.LIVE, Verbosity.QUIET), () -> now);
    convert(quiet);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    BuildProgress again = new BuildProgress(terminal(Kind.PLAIN, Verbosity.QUIET), () -> now);
    again.on(new Warned(new Problem("a", "b", "c")));
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("warning: a\n  why: b\n  fix: c\n");
  }

  @Test
  void silentSaysNothing() {
    BuildProgress silent = new BuildProgress(terminal(Kind.PLAIN, Verbosity.SILENT), () -> now);
    convert(silent);
    silent.on(new Warned(new Problem("a", "b", "c")));
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aScriptReadsObjects() {
    convert(new BuildJson(terminal(Kind.PLAIN, Verbosity.NORMAL), () -> now));
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"event":"step-started","number":1,"total":2,"title":"fetch docker://debian:12"}
            {"event":"step-finished","number":1,"total":2,"title":"fetch docker://debian:12","seconds":0.4}
            {"event":"step-started","number":2,"total":2,"title":"write the SIF 'x.sif'"}
            {"event":"bytes","what":"download","done":100000000,"total":400000000}
            {"event":"bytes","what":"download","done":310000000,"total":400000000}
            {"event":"bytes","what":"convert","done":10000000,"total":400000000}
            {"event":"bytes","what":"download","done":400000000,"total":400000000}
            {"event":"phase","what":"download","bytes":400000000,"seconds":15.0}
            {"event":"bytes","what":"convert","done":255000000,"total":400000000}
            {"event":"phase","what":"convert","bytes":400000000,"seconds":80.0}
            {"event":"phase","what":"tables","seconds":0.31}
            {"event":"step-finished","number":2,"total":2,"title":"write the SIF 'x.sif'","seconds":80.4}
            {"event":"built","target":"x.sif","bytes":380000000,"input":"layers","inputBytes":400000000,"compression":"zstd:9","blockSize":131072,"time":"1970-01-01T00:00:00Z","seconds":81.0}
            """);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "999, 999 B", "1500, 1.5 kB", "25000000, 25 MB", "1500000000, 1.5 GB"})
  void bytesAreSaidAsPeopleDo(long bytes, String text) {
    assertThat(Amounts.size(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 s", "59, 59 s", "60, 1 min 0 s", "3599, 59 min 59 s", "7810, 2 h 10 min"})
  void timeIsSaidAsPeopleDo(long seconds, String text) {
    assertThat(Amounts.left(seconds)).isEqualTo(text);
  }

  /// Seven blobs of one download, of which one is there before the second picture is drawn.
  private void download(BuildReport report) {
    report.on(new StepStarted(1, 1, "write the SIF 'x.sif'"));
    for (int blob = 1; blob <= 7; blob++) {
      report.on(new PartMoved("download", "sha256:" + blob, 0, 40 * MB));
    }
    passes(1);
    report.on(new BytesMoved("download", 70 * MB, 280 * MB));
  }

  @Test
  void aTerminalShowsEachBlobBelowTheTotalAndKeepsNone() {
    BuildReport live = new BuildProgress(terminal(Kind.LIVE, Verbosity.NORMAL), () -> now);
    download(live);
    assertThat(screen())
        .containsExactly(
            "[1/1] write the SIF 'x.sif'",
            "  download 70 MB of 280 MB (25%)",
            "    sha256:1 0 B of 40 MB (0%)",
            "    sha256:2 0 B of 40 MB (0%)",
            "    sha256:3 0 B of 40 MB (0%)",
            "    sha256:4 0 B of 40 MB (0%)",
            "    sha256:5 0 B of 40 MB (0%)",
            "    sha256:6 0 B of 40 MB (0%)",
            "    and 1 more");
    for (int blob = 1; blob <= 6; blob++) {
      live.on(new PartMoved("download", "sha256:" + blob, 40 * MB, 40 * MB));
    }
    live.on(new PartMoved("download", "sha256:7", 20 * MB, 40 * MB));
    passes(1);
    live.on(new BytesMoved("download", 260 * MB, 280 * MB));
    assertThat(screen())
        .containsExactly(
            "[1/1] write the SIF 'x.sif'",
            "  download 260 MB of 280 MB (92%), 190 MB/s, 1 s left",
            "    sha256:7 20 MB of 40 MB (50%), 10 MB/s, 2 s left");
    live.on(new Warned(new Problem("a", "b", "c")));
    live.on(new PhaseFinished("download", 280 * MB, Duration.ofSeconds(2)));
    live.close();
    assertThat(screen())
        .containsExactly(
            "[1/1] write the SIF 'x.sif'",
            "warning: a",
            "  why: b",
            "  fix: c",
            "  download 280 MB, 2.0 s, 140 MB/s");
  }

  @Test
  void aFileHasNoLineForABlob() {
    BuildReport plain = new BuildProgress(terminal(Kind.PLAIN, Verbosity.NORMAL), () -> now);
    download(plain);
    passes(10);
    plain.on(new BytesMoved("download", 80 * MB, 280 * MB));
    assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("sha256", "\033");
    BuildReport json = new BuildJson(terminal(Kind.PLAIN, Verbosity.NORMAL), () -> now);
    json.on(new PartMoved("download", "sha256:1", 10, 40));
    json.on(new PartMoved("download", "sha256:1", 20, 40));
    json.on(new PartMoved("download", "sha256:1", 40, 40));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"event":"part","what":"download","part":"sha256:1","done":10,"total":40}
            {"event":"part","what":"download","part":"sha256:1","done":40,"total":40}
            """);
  }

  /// The lines that a terminal shows now, which obeys what was printed.
  private List<String> screen() {
    List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    int row = 0;
    int column = 0;
    Matcher next =
        Pattern.compile("\033\\[\\??([0-9]*)([a-zA-Z])|[\r\n]|[^\033\r\n]+")
            .matcher(err.toString(StandardCharsets.UTF_8));
    while (next.find()) {
      StringBuilder line = lines.get(row);
      switch (next.group(2) == null ? next.group() : next.group(2)) {
        case "\r" -> column = 0;
        case "\n" -> {
          row++;
          column = 0;
          if (row == lines.size()) {
            lines.add(new StringBuilder());
          }
        }
        case "A" -> row -= Integer.parseInt(next.group(1));
        case "K" -> line.setLength(column);
        case "J" -> {
          line.setLength(column);
          lines.subList(row + 1, lines.size()).clear();
        }
        case "l", "h" -> assertThat(next.group()).startsWith("\033[?7");
        default -> {
          line.replace(column, column + next.group().length(), next.group());
          column += next.group().length();
        }
      }
    }
    return lines.stream().map(StringBuilder::toString).filter(line -> !line.isEmpty()).toList();
  }
}
