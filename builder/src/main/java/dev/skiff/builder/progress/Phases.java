package dev.skiff.builder.progress;

import dev.skiff.builder.progress.BuildEvent.PhaseFinished;
import java.io.IOException;
import java.time.Duration;

/// Times the parts of a step, and tells how long each took.
///
/// @param listener told when a phase is over
public record Phases(BuildListener listener) {

  /// Does a phase's work and gives its result. A phase that fails is not told of.
  ///
  /// @param what as `PhaseFinished` wants it
  /// @param bytes how many it works on; -1 when that says nothing
  public <T> T time(String what, long bytes, Work<T> work) throws IOException {
    long start = System.nanoTime();
    T result = work.run();
    listener.on(new PhaseFinished(what, bytes, Duration.ofNanos(System.nanoTime() - start)));
    return result;
  }

  /// What a phase does.
  @FunctionalInterface
  public interface Work<T> {
    T run() throws IOException;
  }
}
