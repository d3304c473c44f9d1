package dev.skiff.image.squashfs.reuse;

import dev.skiff.image.squashfs.write.ImageOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Parts of one image that are to be copied. They may touch and overlap in any way: no byte is
/// copied twice, and what stands in a row there is copied in one go.
final class Stretches {

  private record Stretch(long startBytes, long endBytes) {}

  private final List<Stretch> wanted = new ArrayList<>();
  private final NavigableMap<Long, Long> places = new TreeMap<>();

  /// Something done with one stretch.
  interface Each {
    void stretch(long startBytes, long lengthBytes) throws IOException;
  }

  void add(long startBytes, long lengthBytes) {
    wanted.add(new Stretch(startBytes, startBytes + lengthBytes));
  }

  /// Puts what was added in order and joins what touches; to be called before anything below.
  void join() {
    wanted.sort(Comparator.comparingLong(Stretch::startBytes));
    List<Stretch> joined = new ArrayList<>();
    for (Stretch next : wanted) {
      Stretch last = joined.isEmpty() ? null : joined.getLast();
      if (last != null && next.startBytes() <= last.endBytes()) {
        long end = Math.max(last.endBytes(), next.endBytes());
        joined.set(joined.size() - 1, new Stretch(last.startBytes(), end));
      } else {
        joined.add(next);
      }
    }
    wanted.clear();
    wanted.addAll(joined);
  }

  /// The joined stretches, in the order in which they stand.
  void forEach(Each each) throws IOException {
    for (Stretch stretch : wanted) {
      each.stretch(stretch.startBytes(), stretch.endBytes() - stretch.startBytes());
    }
  }

  /// Finds room for them in an image, one behind the other.
  void place(ImageOutput to) {
    for (Stretch stretch : wanted) {
      places.put(stretch.startBytes(), to.reserve(stretch.endBytes() - stretch.startBytes()));
    }
  }

  /// Where a byte of a stretch is to stand.
  long placeOf(long offsetBytes) {
    Map.Entry<Long, Long> stretch = places.floorEntry(offsetBytes);
    if (stretch == null) {
      throw new IllegalStateException("nothing is to be copied from " + offsetBytes);
    }
    return stretch.getValue() + (offsetBytes - stretch.getKey());
  }
}
