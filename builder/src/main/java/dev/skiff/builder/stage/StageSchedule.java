package dev.skiff.builder.stage;

import dev.skiff.builder.plan.BuildPlan.StagePlan;
import dev.skiff.builder.plan.BuildStep;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Which stages of a build wait for which, and the running of those that need not wait at once.
///
/// A stage waits for those that it copies from. One with a script on the host waits for all before
/// it, and all after it wait for it: what such a script reads and writes on the host, nobody knows.
///
/// @param after for each stage the numbers of those before it that have to be finished
public record StageSchedule(List<Set<Integer>> after) {

  private static final int ROUND_MILLIS = 50;

  public StageSchedule {
    after = after.stream().map(Set::copyOf).toList();
  }

  /// The schedule of a plan's stages.
  public static StageSchedule of(List<StagePlan> stages) {
    List<Set<Integer>> after = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      Set<Integer> before = new TreeSet<>();
      boolean touchesHost = touchesHost(stages.get(i));
      for (int j = 0; j < i; j++) {
        if (touchesHost || touchesHost(stages.get(j))) {
          before.add(j);
        }
      }
      for (BuildStep step : stages.get(i).steps()) {
        if (step instanceof BuildStep.CopyFromStage(int number, var _, var _)) {
          before.add(number);
        }
      }
      after.add(before);
    }
    return new StageSchedule(after);
  }

  private static boolean touchesHost(StagePlan stage) {
    return stage.steps().stream().anyMatch(BuildStep.RunOnHost.class::isInstance);
  }

  /// Whether any two stages may run at once.
  public boolean isParallel() {
    for (int i = 1; i < after.size(); i++) {
      if (!waitsFor(i, i - 1)) {
        return true;
      }
    }
    return false;
  }

  private boolean waitsFor(int stage, int other) {
    return after.get(stage).contains(other)
        || after.get(stage).stream().anyMatch(before -> before > other && waitsFor(before, other));
  }

  /// What one stage does.
  @FunctionalInterface
  public interface Work {
    void run(int stage) throws IOException;
  }

  /// Does the work of all stages. If that of one fails, what the others do is ended, and the first
  /// failure is thrown when all have.
  ///
  /// @param most how many run at once
  /// @param end ends the programs that stages wait for; called until they do not wait any more
  public void run(int most, Work work, Runnable end) throws IOException {
    if (most <= 1 || !isParallel()) {
      for (int i = 0; i < after.size(); i++) {
        work.run(i);
      }
      return;
    }
    new Running(this, most, work).all(end);
  }

  /// Stages that are under way.
  private static final class Running {

    private final StageSchedule schedule;
    private final Work work;
    private final Semaphore places;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();

    Running(StageSchedule schedule, int most, Work work) {
      this.schedule = schedule;
      this.work = work;
      this.places = new Semaphore(most, true);
    }

    void all(Runnable end) throws IOException {
      for (int i = 0; i < schedule.after.size(); i++) {
        int stage = i;
        threads.add(Thread.ofPlatform().name("stage-" + (i + 1)).unstarted(() -> one(stage)));
      }
      threads.forEach(Thread::start);
      try {
        for (Thread thread : threads) {
          while (!thread.join(Duration.ofMillis(ROUND_MILLIS))) {
            if (failure.get() != null) {
              threads.forEach(Thread::interrupt);
              end.run();
            }
          }
        }
      } catch (InterruptedException e) {
        threads.forEach(Thread::interrupt);
        end.run();
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while stages were built", e);
      }
      rethrow();
    }

    private void one(int stage) {
      try {
        for (int before : schedule.after.get(stage)) {
          threads.get(before).join();
        }
        places.acquire();
        try {
          if (failure.get() == null) {
            work.run(stage);
          }
        } finally {
          places.release();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // another stage failed
      } catch (IOException | RuntimeException | Error e) {
        boolean _ = failure.compareAndSet(null, e);
      }
    }

    private void rethrow() throws IOException {
      switch (failure.get()) {
        case null -> {}
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(failure.get());
      }
    }
  }
}
