package dev.skiff.cli.output;

import dev.skiff.builder.progress.BuildEvent.BytesMoved;
import dev.skiff.builder.progress.BuildEvent.PartMoved;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The parts of transfers that are under way, such as the blobs of a download.
final class PartTransfers {

  /// So that a small terminal is not filled.
  private static final int SHOWN = 6;

  private final Map<Part, Transfer> moving = new LinkedHashMap<>();

  private record Part(String what, String name) {}

  void moved(PartMoved moved, long nowNanos) {
    Part part = new Part(moved.what(), moved.part());
    if (moved.doneBytes() >= moved.totalBytes()) {
      moving.remove(part);
      return;
    }
    BytesMoved bytes = new BytesMoved(part.name, moved.doneBytes(), moved.totalBytes());
    Transfer known = moving.get(part);
    if (known == null) {
      moving.put(part, new Transfer(bytes, nowNanos));
    } else {
      known.moved(bytes);
    }
  }

  void finished(String what) {
    moving.keySet().removeIf(part -> part.what.equals(what));
  }

  void clear() {
    moving.clear();
  }

  /// A line for each, in the order in which they began.
  List<String> lines(long nowNanos) {
    List<String> lines = new ArrayList<>();
    for (Transfer transfer : moving.values()) {
      if (lines.size() == SHOWN) {
        lines.add("    and %d more".formatted(moving.size() - SHOWN));
        break;
      }
      lines.add("    " + transfer.text(nowNanos));
    }
    return lines;
  }
}
