package dev.skiff.cli.output;

import dev.skiff.builder.BuildSummary;
import dev.skiff.builder.BuildSummary.SifFile;
import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.builder.progress.BuildEvent.BytesMoved;
import dev.skiff.builder.progress.BuildEvent.Delivered;
import dev.skiff.builder.progress.BuildEvent.Noted;
import dev.skiff.builder.progress.BuildEvent.OutputLine;
import dev.skiff.builder.progress.BuildEvent.PartMoved;
import dev.skiff.builder.progress.BuildEvent.PhaseFinished;
import dev.skiff.builder.progress.BuildEvent.StepFinished;
import dev.skiff.builder.progress.BuildEvent.StepStarted;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.cli.output.Terminal.Kind;
import dev.skiff.cli.output.Terminal.Verbosity;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A build as lines on standard error. On a terminal what is under way is drawn over in place, a
/// transfer with its parts below it; in a file every line stays, and long transfers have one every
/// ten seconds.
public final class BuildProgress implements BuildReport {

  private static final long DRAW_EVERY_NANOS = 100_000_000L;
  private static final long LINE_EVERY_NANOS = 10_000_000_000L;
  private static final int WORTH_TELLING_MILLIS = 1_000;

  private static final Pattern COLOURS = Pattern.compile("\033\\[[0-9;:]*m");

  private final Terminal terminal;
  private final LongSupplier nanos;
  private final Thread eraser = new Thread(this::stop, "erase-line");
  private final Map<String, Transfer> transfers = new LinkedHashMap<>();
  private final PartTransfers parts = new PartTransfers();
  private final LiveLines live;
  private String unwritten = "";
  private boolean toldMore;
  private long lastDrawn;
  private boolean stopped;

  public BuildProgress(Terminal terminal) {
    this(terminal, System::nanoTime);
    if (terminal.kind() == Kind.LIVE) {
      Runtime.getRuntime().addShutdownHook(eraser);
    }
  }

  BuildProgress(Terminal terminal, LongSupplier nanos) {
    this.terminal = terminal;
    this.nanos = nanos;
    this.live = new LiveLines(terminal.err());
    this.lastDrawn = nanos.getAsLong();
  }

  @Override
  public synchronized void on(BuildEvent event) {
    if (stopped) {
      return;
    }
    switch (event) {
      case StepStarted started -> start(started);
      case StepFinished finished -> finish(finished);
      case OutputLine(_, String text, String stage) -> {
        String shown = terminal.kind().isTerminal() ? settled(text) : text;
        line(stage.isEmpty() ? shown : stage + " | " + shown);
      }
      case BytesMoved moved -> draw(moved);
      case PartMoved moved -> parts.moved(moved, nanos.getAsLong());
      case PhaseFinished phase -> finish(phase);
      case Noted(String text) -> line("  " + text);
      case Delivered delivered -> line("  " + text(delivered));
      case Warned(var problem) -> {
        flushStep();
        live.erase();
        terminal.warn(problem);
      }
    }
  }

  private static String text(Delivered delivered) {
    String there = delivered.there() == 0 ? "" : ", %d were there".formatted(delivered.there());
    return "%s: %d blobs sent, %s%s"
        .formatted(delivered.name(), delivered.sent(), Amounts.size(delivered.sentBytes()), there);
  }

  private void start(StepStarted step) {
    String text = "[%d/%d] %s".formatted(step.number(), step.total(), step.title());
    toldMore = false;
    if (terminal.kind() != Kind.LIVE) {
      line(text);
      toldMore = false;
    } else if (terminal.says(Verbosity.NORMAL)) {
      flushStep(); // of another stage
      unwritten = text;
      live.draw(List.of(text));
    }
  }

  private void finish(StepFinished step) {
    transfers.clear();
    parts.clear();
    String took = Amounts.took(step.duration());
    String outcome =
        switch (step.outcome()) {
          case DONE -> "";
          case RUN -> "run";
          case CACHED -> "cached";
        };
    boolean said = !outcome.isEmpty();
    if (unwritten.startsWith("[%d/".formatted(step.number()))) {
      String text = unwritten;
      unwritten = "";
      line(text + (said ? ": " + outcome : "") + ", " + took);
    } else if (said || toldMore || step.duration().toMillis() >= WORTH_TELLING_MILLIS) {
      line(
          "[%d/%d] %s in %s".formatted(step.number(), step.total(), said ? outcome : "done", took));
    }
  }

  private void finish(PhaseFinished phase) {
    transfers.remove(phase.what());
    parts.finished(phase.what());
    String text = "  " + phase.what();
    if (phase.bytes() >= 0) {
      text += " " + Amounts.size(phase.bytes());
    }
    text += ", " + Amounts.took(phase.duration());
    long millis = phase.duration().toMillis();
    if (phase.bytes() > 0 && millis >= WORTH_TELLING_MILLIS) {
      text += ", %s/s".formatted(Amounts.size(phase.bytes() * 1_000 / millis));
    }
    line(text);
  }

  private void flushStep() {
    if (!unwritten.isEmpty()) {
      String text = unwritten;
      unwritten = "";
      line(text);
    }
  }

  /// What a line that a script draws over comes to, without its colours: what is left of control
  /// characters then is made visible.
  private static String settled(String text) {
    String drawn = COLOURS.matcher(text).replaceAll("");
    String last = drawn.replaceFirst("\r+$", "");
    return last.substring(last.lastIndexOf('\r') + 1);
  }

  private void line(String text) {
    flushStep();
    toldMore = true;
    if (terminal.says(Verbosity.NORMAL)) {
      live.erase();
      terminal.tell(text);
    }
  }

  private void draw(BytesMoved moved) {
    long now = nanos.getAsLong();
    Transfer known = transfers.get(moved.what());
    if (known == null) {
      transfers.put(moved.what(), new Transfer(moved, now));
    } else {
      known.moved(moved);
    }
    boolean inPlace = terminal.kind() == Kind.LIVE;
    if (!terminal.says(Verbosity.NORMAL)
        || now - lastDrawn < (inPlace ? DRAW_EVERY_NANOS : LINE_EVERY_NANOS)) {
      return;
    }
    lastDrawn = now;
    String text =
        transfers.values().stream()
            .map(transfer -> transfer.text(now))
            .collect(Collectors.joining(" | ", "  ", ""));
    if (inPlace) {
      flushStep();
      List<String> lines = new ArrayList<>(List.of(text));
      lines.addAll(parts.lines(now));
      live.draw(lines);
    } else {
      line(text);
    }
  }

  @Override
  public synchronized void finished(BuildSummary summary) {
    line(text(summary));
  }

  /// `built app.sif: 673 MB from 1.3 GB of layers (0.53), zstd:3, in 8.2 s`.
  static String text(BuildSummary summary) {
    return "built %s%s in %s"
        .formatted(
            summary.target().shown(),
            summary.file().map(BuildProgress::text).orElse(""),
            Amounts.took(summary.duration()));
  }

  private static String text(SifFile file) {
    CompressionLevel compression =
        new CompressionLevel(file.squashfs().compression(), file.squashfs().level());
    String from =
        switch (file.input()) {
          case LAYERS -> "layers";
          case FILES -> "files";
        };
    String ratio =
        file.inputBytes() == 0
            ? ""
            : " from %s of %s (%s)"
                .formatted(
                    Amounts.size(file.inputBytes()),
                    from,
                    String.format(Locale.ROOT, "%.2f", (double) file.bytes() / file.inputBytes()));
    return ": %s%s, %s,".formatted(Amounts.size(file.bytes()), ratio, compression);
  }

  /// When the process is told to end: whoever draws next is the shell.
  synchronized void stop() {
    stopped = true;
    live.erase();
  }

  @Override
  public synchronized void close() {
    live.erase();
    if (terminal.kind() == Kind.LIVE) {
      try {
        boolean _ = Runtime.getRuntime().removeShutdownHook(eraser);
      } catch (IllegalStateException e) {
        stopped = true; // it is ending already, and the hook has run or will
      }
    }
  }
}
