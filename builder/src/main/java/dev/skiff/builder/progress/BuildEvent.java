package dev.skiff.builder.progress;

import dev.skiff.definitions.problem.Problem;
import java.time.Duration;

/// Something that happened in a build.
public sealed interface BuildEvent {

  /// A step begins.
  ///
  /// @param number from 1
  /// @param total how many steps the build has, known from the start
  record StepStarted(int number, int total, String title) implements BuildEvent {}

  /// A step is done.
  ///
  /// @param outcome whether it was carried out
  record StepFinished(int number, int total, String title, Duration duration, Outcome outcome)
      implements BuildEvent {

    /// A step of which nobody asks.
    public StepFinished(int number, int total, String title, Duration duration) {
      this(number, total, title, duration, Outcome.DONE);
    }
  }

  /// What became of a step.
  enum Outcome {
    /// It never becomes a layer that is kept.
    DONE,
    /// It was carried out, and its layer is kept.
    RUN,
    /// An earlier build carried it out.
    CACHED
  }

  /// A line that a script or tool wrote.
  ///
  /// @param line without its line end; bytes that are no UTF-8 replaced
  /// @param stage whose script it is, where several run at once; else empty
  record OutputLine(Stream stream, String line, String stage) implements BuildEvent {

    /// A line of the one stage that is under way.
    public OutputLine(Stream stream, String line) {
      this(stream, line, "");
    }
  }

  /// How far a long transfer is.
  ///
  /// @param what in a word or two: `download`, `unpack`, `compress`
  /// @param doneBytes so far
  /// @param totalBytes in all; -1 when unknown
  record BytesMoved(String what, long doneBytes, long totalBytes) implements BuildEvent {}

  /// How far one part of a transfer is, of which `BytesMoved` tells as a whole; the last time with
  /// `doneBytes` equal to `totalBytes`.
  ///
  /// @param what as in `BytesMoved`
  /// @param part which one: the short digest of a blob
  record PartMoved(String what, String part, long doneBytes, long totalBytes)
      implements BuildEvent {}

  /// A part of a step is done.
  ///
  /// @param what as in `BytesMoved`, or another word for work that moves none: `tables`
  /// @param bytes how many it worked on; -1 when that says nothing
  record PhaseFinished(String what, long bytes, Duration duration) implements BuildEvent {}

  /// An image is where it was to be sent.
  ///
  /// @param name with the digest, as it can be asked for
  /// @param sent blobs that were sent
  /// @param sentBytes how many those have
  /// @param there blobs that were there before
  record Delivered(String name, int sent, long sentBytes, int there) implements BuildEvent {}

  /// Something that was decided, and may be of interest.
  record Noted(String text) implements BuildEvent {}

  /// Something the person should know, which does not stop the build.
  record Warned(Problem problem) implements BuildEvent {}

  /// Which of its two outputs a script wrote to.
  enum Stream {
    OUTPUT,
    ERROR
  }
}
