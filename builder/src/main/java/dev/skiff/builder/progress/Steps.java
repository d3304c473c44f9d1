package dev.skiff.builder.progress;

import dev.skiff.builder.progress.BuildEvent.Outcome;
import dev.skiff.builder.progress.BuildEvent.StepFinished;
import dev.skiff.builder.progress.BuildEvent.StepStarted;
import java.io.IOException;
import java.time.Duration;

/// Numbers the steps of a build, and tells when each begins and ends.
public final class Steps {

  private final int total;
  private final BuildListener listener;
  private int number;

  /// @param total how many there will be
  public Steps(int total, BuildListener listener) {
    this.total = total;
    this.listener = listener;
  }

  /// The steps of a part of the build, which is carried out beside others.
  ///
  /// @param before how many steps of the build stand before the part
  public Steps part(int before, BuildListener told) {
    Steps part = new Steps(total, told);
    part.number = before;
    return part;
  }

  /// Runs the next step. One that fails is not told to have finished.
  public void run(String title, Step step) throws IOException {
    number++;
    listener.on(new StepStarted(number, total, title));
    long start = System.nanoTime();
    step.run();
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    listener.on(new StepFinished(number, total, title, duration));
  }

  /// The same for a step that may have been carried out before.
  public void runOrTake(String title, Cacheable step) throws IOException {
    number++;
    listener.on(new StepStarted(number, total, title));
    long start = System.nanoTime();
    Outcome outcome = step.run();
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    listener.on(new StepFinished(number, total, title, duration, outcome));
  }

  /// What a step does, and what became of it.
  @FunctionalInterface
  public interface Cacheable {
    Outcome run() throws IOException;
  }

  /// What a step does.
  @FunctionalInterface
  public interface Step {
    void run() throws IOException;
  }
}
