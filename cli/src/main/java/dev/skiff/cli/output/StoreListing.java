package dev.skiff.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.builder.store.StoreCleaning.Verdict;
import dev.skiff.builder.store.StoredItem;
import dev.skiff.builder.store.StoredItem.State;
import dev.skiff.builder.store.StoredKind;
import dev.skiff.runtime.config.CacheSize;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What is in the cache, for people and for programs. In JSON sizes are bytes, times ISO 8601.
public final class StoreListing {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());

  private StoreListing() {}

  /// A line for each thing.
  public static String table(List<StoredItem> items) {
    StringBuilder text = new StringBuilder();
    text.append("%-9s %10s  %-17s %s%n".formatted("TYPE", "SIZE", "LAST USED", "NAME"));
    for (StoredItem item : items) {
      text.append(
          "%-9s %10s  %-17s %s%n"
              .formatted(
                  item.kind().word(),
                  Amounts.size(item.sizeBytes()),
                  TIME.format(item.used()),
                  name(item)));
    }
    return text.toString();
  }

  private static String name(StoredItem item) {
    return item.state() == State.UNFINISHED ? item.name() + " (unfinished)" : item.name();
  }

  /// Two lines, in the words of the peer.
  public static String summary(List<StoredItem> items) {
    List<StoredItem> blobs = items.stream().filter(i -> i.kind() == StoredKind.BLOB).toList();
    List<StoredItem> images = items.stream().filter(i -> i.kind() == StoredKind.IMAGE).toList();
    return """
    There are %d container file(s) using %s and %d oci blob file(s) using %s of space
    Total space used: %s
    """
        .formatted(
            images.size(),
            Amounts.size(bytes(images)),
            blobs.size(),
            Amounts.size(bytes(blobs)),
            Amounts.size(bytes(items)));
  }

  private static long bytes(List<StoredItem> items) {
    return items.stream().mapToLong(StoredItem::sizeBytes).sum();
  }

  /// The things, and their sum.
  public static String json(List<StoredItem> items) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode list = root.putArray("items");
    items.forEach(item -> fill(list.addObject(), item));
    root.put("bytes", bytes(items));
    return root.toPrettyString() + "\n";
  }

  private static void fill(ObjectNode node, StoredItem item) {
    node.put("type", item.kind().word());
    node.put("name", item.name());
    node.put("path", item.path().toString());
    node.put("bytes", item.sizeBytes());
    node.put("used", item.used().toString());
    node.put("finished", item.state() == State.WHOLE);
  }

  /// What each kind takes, and what may be taken.
  public static String use(List<StoredItem> items, Path directory, CacheSize most) {
    StringBuilder text = new StringBuilder();
    text.append("%-9s %7s %10s  %s%n".formatted("TYPE", "COUNT", "SIZE", "LAST USED"));
    for (StoredKind kind : StoredKind.values()) {
      List<StoredItem> of = items.stream().filter(item -> item.kind() == kind).toList();
      String used = last(of).map(TIME::format).orElse("-");
      text.append(
          "%-9s %7d %10s  %s%n".formatted(kind.word(), of.size(), Amounts.size(bytes(of)), used));
    }
    String bound = most.isBounded() ? "at most " + Amounts.size(most.bytes()) : "no bound";
    return text
        + "%-9s %7d %10s  %s%n".formatted("all", items.size(), Amounts.size(bytes(items)), bound)
        + "in "
        + directory
        + "\n";
  }

  private static Optional<Instant> last(List<StoredItem> items) {
    return items.stream().map(StoredItem::used).max(Instant::compareTo);
  }

  /// The same for programs; `most` is left out where there is no bound.
  public static String useJson(List<StoredItem> items, Path directory, CacheSize most) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("directory", directory.toString());
    ObjectNode types = root.putObject("types");
    for (StoredKind kind : StoredKind.values()) {
      List<StoredItem> of = items.stream().filter(item -> item.kind() == kind).toList();
      ObjectNode node = types.putObject(kind.word());
      node.put("count", of.size());
      node.put("bytes", bytes(of));
      last(of).ifPresent(used -> node.put("used", used.toString()));
    }
    root.put("bytes", bytes(items));
    if (most.isBounded()) {
      root.put("most", most.bytes());
    }
    return root.toPrettyString() + "\n";
  }

  /// What became of each thing that was to go.
  ///
  /// @param removed whether it was really done
  public static String cleanedJson(List<Verdict> verdicts, boolean removed) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode gone = root.putArray(removed ? "removed" : "removable");
    ArrayNode kept = root.putArray("kept");
    long bytes = 0;
    for (Verdict verdict : verdicts) {
      ObjectNode node = (verdict.kept().isEmpty() ? gone : kept).addObject();
      fill(node, verdict.item());
      verdict.kept().ifPresent(why -> node.put("why", why));
      bytes += verdict.kept().isEmpty() ? verdict.item().sizeBytes() : 0;
    }
    root.put("bytes", bytes);
    return root.toPrettyString() + "\n";
  }
}
