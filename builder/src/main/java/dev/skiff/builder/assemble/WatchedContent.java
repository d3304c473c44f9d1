package dev.skiff.builder.assemble;

import dev.skiff.builder.progress.BuildEvent.BytesMoved;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.CountedStream;
import dev.skiff.image.tree.FileContent;
import java.io.IOException;
import java.io.InputStream;

/// Counts the bytes that are read and tells the listener now and then.
final class WatchedContent {

  private static final long STEP_BYTES = 4L << 20;

  private final String what;
  private final long totalBytes;
  private final BuildListener listener;
  private long doneBytes;
  private long toldBytes;

  /// @param what as `BytesMoved` wants it
  /// @param totalBytes in all; -1 when unknown
  WatchedContent(String what, long totalBytes, BuildListener listener) {
    this.what = what;
    this.totalBytes = totalBytes;
    this.listener = listener;
  }

  FileContent watch(FileContent content) {
    return new FileContent() {
      @Override
      public long sizeBytes() {
        return content.sizeBytes();
      }

      @Override
      public InputStream open() throws IOException {
        return watch(content.open());
      }

      @Override
      public FileContent origin() {
        return content.origin();
      }
    };
  }

  InputStream watch(InputStream in) {
    return new CountedStream(in, this::count);
  }

  private void count(long bytes) {
    doneBytes += bytes;
    if (doneBytes - toldBytes >= STEP_BYTES) {
      toldBytes = doneBytes;
      listener.on(new BytesMoved(what, doneBytes, totalBytes));
    }
  }
}
