package dev.skiff.cli.output;

import dev.skiff.builder.progress.BuildEvent.BytesMoved;

/// A transfer under way: how far, how fast, how long still.
final class Transfer {

  private static final double SECOND = 1e9;

  private final long startNanos;
  private final long startBytes;
  private BytesMoved last;

  /// @param first what is there already was not moved by us
  Transfer(BytesMoved first, long nowNanos) {
    startNanos = nowNanos;
    startBytes = first.doneBytes();
    last = first;
  }

  void moved(BytesMoved now) {
    last = now;
  }

  /// `convert 340 MB of 1.3 GB (26%), 85 MB/s, 11 s left`; rate and rest are not guessed in the
  /// first second.
  String text(long nowNanos) {
    StringBuilder text = new StringBuilder(last.what() + " " + Amounts.size(last.doneBytes()));
    long total = last.totalBytes();
    if (total > 0) {
      long percent = Math.clamp(last.doneBytes() * 100 / total, 0, 100);
      text.append(" of %s (%d%%)".formatted(Amounts.size(total), percent));
    }
    double seconds = (nowNanos - startNanos) / SECOND;
    double rate = (last.doneBytes() - startBytes) / Math.max(seconds, 1e-3);
    if (seconds >= 1 && rate > 0) {
      text.append(", %s/s".formatted(Amounts.size((long) rate)));
      if (total > 0) {
        long left = (long) Math.ceil(Math.max(0, total - last.doneBytes()) / rate);
        text.append(", %s left".formatted(Amounts.left(left)));
      }
    }
    return text.toString();
  }
}
