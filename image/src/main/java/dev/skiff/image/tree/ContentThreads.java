package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes regular files on several threads, while the tree is walked by another one.
final class ContentThreads implements AutoCloseable {

  private static final int MOST_WAITING = 512;

  private record Work(TreeExtractor.Place place, RegularFile file) {}

  private record Failure(long number, Throwable cause) {}

  private static final Work END =
      new Work(
          new TreeExtractor.Place(new byte[0], Long.MAX_VALUE),
          new RegularFile(Attributes.of(0, 0, 0, 0), new NoContent()));

  private record NoContent() implements FileContent {
    @Override
    public long sizeBytes() {
      return 0;
    }

    @Override
    public InputStream open() {
      return InputStream.nullInputStream();
    }
  }

  private final TreeExtractor.Options options;
  private final ExtractionTally tally;
  private final BlockingQueue<Work> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable Failure failure;

  ContentThreads(TreeExtractor.Options options, ExtractionTally tally) {
    this.options = options;
    this.tally = tally;
    for (int i = 0; i < options.threads() && options.threads() > 1; i++) {
      threads.add(Thread.ofPlatform().daemon().name("extract-" + i).start(this::work));
    }
  }

  /// Has a file made, sooner or later.
  ///
  /// @throws IOException if one could not be made
  void make(TreeExtractor.Place place, RegularFile file) throws IOException {
    throwFailure();
    put(new Work(place, file));
  }

  /// Waits until all files are made.
  ///
  /// @throws IOException if one could not be made
  void finish() throws IOException {
    end();
    throwFailure();
  }

  private void end() throws IOException {
    if (threads.isEmpty()) {
      return;
    }
    put(END);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    threads.clear();
  }

  private void put(Work work) throws IOException {
    try {
      while (!waiting.offer(work, 1, TimeUnit.SECONDS)) {
        if (threads.stream().noneMatch(Thread::isAlive)) {
          return; // they have failed, which is told at the end
        }
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return (IOException) new InterruptedIOException("making files").initCause(e);
  }

  private void work() {
    try (FileMaker maker = new FileMaker(options.ownership(), tally)) {
      drain(work -> make(maker, work));
    } catch (InterruptedException | RuntimeException | Error e) {
      fail(new Failure(-1, e));
    }
  }

  /// Takes work until there is none; after a failure, nothing more is done with it.
  private void drain(Consumer<Work> done) throws InterruptedException {
    Work work = waiting.take();
    while (!work.equals(END)) {
      if (!hasFailed()) {
        done.accept(work);
      }
      work = waiting.take();
    }
    waiting.put(END); // for the others
  }

  private void make(FileMaker maker, Work work) {
    try {
      maker.makeFile(work.place(), work.file());
    } catch (IOException | RuntimeException | Error e) {
      fail(new Failure(work.place().number(), e));
    }
  }

  private synchronized boolean hasFailed() {
    return failure != null;
  }

  /// Of several failures that of the earliest file is told.
  private synchronized void fail(Failure other) {
    if (failure == null || other.number() < failure.number()) {
      failure = other;
    }
  }

  private synchronized void throwFailure() throws IOException {
    if (failure == null) {
      return;
    }
    switch (failure.cause()) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IOException("making files", e);
    }
  }

  /// Stops the threads; files that wait are not made.
  @Override
  public void close() throws IOException {
    waiting.clear();
    end();
  }
}
