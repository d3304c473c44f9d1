package dev.skiff.cli.output;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.builder.BuildSummary;
import dev.skiff.builder.BuildSummary.SifFile;
import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.builder.progress.BuildEvent.BytesMoved;
import dev.skiff.builder.progress.BuildEvent.Delivered;
import dev.skiff.builder.progress.BuildEvent.Noted;
import dev.skiff.builder.progress.BuildEvent.Outcome;
import dev.skiff.builder.progress.BuildEvent.OutputLine;
import dev.skiff.builder.progress.BuildEvent.PartMoved;
import dev.skiff.builder.progress.BuildEvent.PhaseFinished;
import dev.skiff.builder.progress.BuildEvent.StepFinished;
import dev.skiff.builder.progress.BuildEvent.StepStarted;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/// A build as one JSON object a line, on standard output; problems stay on standard error. Each has
/// an `event`; the last one of a build that succeeds is `built`.
public final class BuildJson implements BuildReport {

  private static final long BYTES_EVERY_NANOS = 1_000_000_000L;

  private final Terminal terminal;
  private final LongSupplier nanos;
  private final Map<String, Long> told = new HashMap<>();

  public BuildJson(Terminal terminal) {
    this(terminal, System::nanoTime);
  }

  BuildJson(Terminal terminal, LongSupplier nanos) {
    this.terminal = terminal;
    this.nanos = nanos;
  }

  @Override
  public synchronized void on(BuildEvent event) {
    switch (event) {
      case StepStarted(int number, int total, String title) ->
          print(
              object("step-started").put("number", number).put("total", total).put("title", title));
      case StepFinished finished -> finish(finished);
      case OutputLine(var stream, String text, String stage) -> {
        ObjectNode object =
            object("output")
                .put("stream", stream.name().toLowerCase(Locale.ROOT))
                .put("line", text);
        print(stage.isEmpty() ? object : object.put("stage", stage));
      }
      case BytesMoved moved -> bytes(moved);
      case PartMoved moved -> bytes(moved);
      case PhaseFinished(String what, long bytes, Duration duration) -> {
        ObjectNode object = object("phase").put("what", what);
        if (bytes >= 0) {
          object.put("bytes", bytes);
        }
        print(object.put("seconds", seconds(duration)));
      }
      case Noted(String text) -> print(object("note").put("text", text));
      case Delivered(String name, int sent, long sentBytes, int there) ->
          print(
              object("delivered")
                  .put("name", name)
                  .put("sent", sent)
                  .put("sentBytes", sentBytes)
                  .put("there", there));
      case Warned(Problem problem) ->
          print(
              object("warning")
                  .put("what", problem.what())
                  .put("why", problem.why())
                  .put("fix", problem.fix()));
    }
  }

  private void finish(StepFinished step) {
    ObjectNode object =
        object("step-finished")
            .put("number", step.number())
            .put("total", step.total())
            .put("title", step.title())
            .put("seconds", seconds(step.duration()));
    if (step.outcome() != Outcome.DONE) {
      object.put("outcome", step.outcome().name().toLowerCase(Locale.ROOT));
    }
    print(object);
  }

  private void bytes(BytesMoved moved) {
    ObjectNode object = object("bytes").put("what", moved.what());
    bytes(moved.what(), object, moved.doneBytes(), moved.totalBytes());
  }

  private void bytes(PartMoved moved) {
    ObjectNode object = object("part").put("what", moved.what()).put("part", moved.part());
    bytes(moved.what() + " " + moved.part(), object, moved.doneBytes(), moved.totalBytes());
  }

  /// Once a second, and when all are there.
  private void bytes(String key, ObjectNode object, long doneBytes, long totalBytes) {
    long now = nanos.getAsLong();
    Long last = told.get(key);
    if (last == null || now - last >= BYTES_EVERY_NANOS || doneBytes == totalBytes) {
      told.put(key, now);
      object.put("done", doneBytes);
      if (totalBytes >= 0) {
        object.put("total", totalBytes);
      }
      print(object);
    }
  }

  @Override
  public synchronized void finished(BuildSummary summary) {
    ObjectNode object = object("built").put("target", summary.target().shown());
    summary.file().ifPresent(file -> add(file, object));
    print(
        object.put("time", summary.time().toString()).put("seconds", seconds(summary.duration())));
  }

  private static void add(SifFile file, ObjectNode object) {
    object
        .put("bytes", file.bytes())
        .put("input", file.input().name().toLowerCase(Locale.ROOT))
        .put("inputBytes", file.inputBytes())
        .put(
            "compression",
            new CompressionLevel(file.squashfs().compression(), file.squashfs().level()).toString())
        .put("blockSize", file.squashfs().blockSizeBytes());
  }

  private static ObjectNode object(String event) {
    return JsonNodeFactory.instance.objectNode().put("event", event);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private void print(ObjectNode object) {
    terminal.show(object + "\n");
  }

  @Override
  public void close() {}
}
