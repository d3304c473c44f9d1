package dev.skiff.builder.progress;

import dev.skiff.builder.progress.BuildEvent.BytesMoved;
import java.util.function.LongConsumer;

/// Adds up the bytes of a transfer and tells the listener now and then. Any number of threads may
/// add.
public final class MovedBytes implements LongConsumer {

  private static final long STEP_BYTES = 4L << 20;

  private final String what;
  private final long totalBytes;
  private final BuildListener listener;
  private long doneBytes;
  private long toldBytes;

  /// @param what as `BytesMoved` wants it
  /// @param totalBytes in all; -1 when unknown
  public MovedBytes(String what, long totalBytes, BuildListener listener) {
    this.what = what;
    this.totalBytes = totalBytes;
    this.listener = listener;
  }

  /// Counts bytes that were moved.
  @Override
  public synchronized void accept(long bytes) {
    doneBytes += bytes;
    boolean complete = doneBytes == totalBytes && toldBytes < totalBytes;
    if (complete || doneBytes - toldBytes >= STEP_BYTES) {
      toldBytes = doneBytes;
      listener.on(new BytesMoved(what, doneBytes, totalBytes));
    }
  }
}
