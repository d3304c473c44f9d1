package dev.skiff.builder.assemble;

import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.CountedStream;
import dev.skiff.builder.progress.MovedBytes;
import dev.skiff.image.tree.FileContent;
import java.io.IOException;
import java.io.InputStream;

/// Counts the bytes that are read and tells the listener now and then.
final class WatchedContent {

  private final MovedBytes moved;

  /// @param what as `BytesMoved` wants it
  /// @param totalBytes in all; -1 when unknown
  WatchedContent(String what, long totalBytes, BuildListener listener) {
    moved = new MovedBytes(what, totalBytes, listener);
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
    return new CountedStream(in, moved);
  }
}
