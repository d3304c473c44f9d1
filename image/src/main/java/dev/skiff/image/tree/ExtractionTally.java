package dev.skiff.image.tree;

import dev.skiff.image.tree.TreeExtractor.Skipped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongConsumer;

/// What has been written and skipped, by all threads together, and how much of it is allowed.
final class ExtractionTally {

  private static final int MOST_REPORTED = 100;
  private static final long MOST_HOLE_BYTES = 1L << 40; // minutes of looking at zeros

  private record Report(long number, Skipped skipped) {}

  private final long mostBytes;
  private final LongConsumer written;
  private long bytesWritten;
  private long holeBytes;
  private long skippedCount;
  private final PriorityQueue<Report> first =
      new PriorityQueue<>(Comparator.comparingLong(Report::number).reversed());

  /// @param written told of all bytes that are counted, and of those that were moved
  ExtractionTally(long mostBytes, LongConsumer written) {
    this.mostBytes = mostBytes;
    this.written = written;
  }

  /// Counts bytes that are about to be written, or left out.
  ///
  /// @throws IOException if they are too many
  void count(int length, boolean hole) throws IOException {
    add(length, hole);
    written.accept(length);
  }

  /// Tells of bytes that were put in their place without being written again.
  void moved(long length) {
    written.accept(length);
  }

  private synchronized void add(int length, boolean hole) throws IOException {
    holeBytes += hole ? length : 0;
    bytesWritten += hole ? 0 : length;
    if (bytesWritten > mostBytes || holeBytes > MOST_HOLE_BYTES) {
      throw new IOException(
          "the files have more than %d bytes, which is what may be written"
              .formatted(hole ? MOST_HOLE_BYTES : mostBytes));
    }
  }

  /// Remembers what the host did not allow; of many, those that come first in the tree.
  synchronized void skip(TreeExtractor.Place place, String what) {
    skippedCount++;
    first.add(
        new Report(
            place.number(), new Skipped(new String(place.path(), StandardCharsets.UTF_8), what)));
    if (first.size() > MOST_REPORTED) {
      var _ = first.remove();
    }
  }

  synchronized long bytesWritten() {
    return bytesWritten;
  }

  synchronized long skippedCount() {
    return skippedCount;
  }

  synchronized List<Skipped> skipped() {
    return first.stream()
        .sorted(Comparator.comparingLong(Report::number))
        .map(Report::skipped)
        .toList();
  }
}
