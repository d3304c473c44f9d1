package dev.skiff.builder.metadata;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// JSON as Go's `encoding/json` writes it, which is what SIF tools compare and hash: `<`, `>`, `&`
/// and the two Unicode line separators are escaped; a lone surrogate becomes U+FFFD.
public final class GoJson {

  private GoJson() {}

  /// A value between double quotes.
  public static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16).append('"');
    text.codePoints().forEach(point -> append(out, point));
    return out.append('"').toString();
  }

  private static void append(StringBuilder out, int point) {
    switch (point) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '<', '>', '&', 0x2028, 0x2029 -> out.append("\\u%04x".formatted(point));
      default -> {
        if (point < 0x20) {
          out.append("\\u%04x".formatted(point));
        } else if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
          out.append('\ufffd');
        } else {
          out.appendCodePoint(point);
        }
      }
    }
  }

  /// `{"k":"v",...}` in the map's own order, without blanks. A value is a text, a whole number, a
  /// map of the same kind, or a list.
  static String compact(Map<String, ?> map) {
    StringBuilder out = new StringBuilder();
    append(out, map, Optional.empty());
    return out.toString();
  }

  /// The same, one member a line, indented by tabs, no line end after the last brace.
  public static String indented(Map<String, ?> map) {
    StringBuilder out = new StringBuilder();
    append(out, map, Optional.of("\n"));
    return out.toString();
  }

  /// @param lineEnd a line end and the indentation of the value; empty means no line ends at all
  private static void append(StringBuilder out, @Nullable Object value, Optional<String> lineEnd) {
    switch (value) {
      case Map<?, ?> map -> append(out, members(map), "{}", lineEnd);
      case List<?> list -> append(out, items(list), "[]", lineEnd);
      case Number number -> out.append(number);
      case null -> out.append("null");
      default -> out.append(quote(value.toString()));
    }
  }

  /// One item of a list, or one member of an object with its name.
  private record Item(Optional<String> name, Object value) {}

  private static List<Item> members(Map<?, ?> map) {
    return map.entrySet().stream()
        .map(entry -> new Item(Optional.of(entry.getKey().toString()), entry.getValue()))
        .toList();
  }

  private static List<Item> items(List<?> list) {
    return list.stream().map(value -> new Item(Optional.empty(), value)).toList();
  }

  private static void append(
      StringBuilder out, List<Item> items, String brackets, Optional<String> lineEnd) {
    if (items.isEmpty()) {
      out.append(brackets);
      return;
    }
    Optional<String> inner = lineEnd.map(end -> end + "\t");
    String separator = "";
    out.append(brackets.charAt(0));
    for (Item item : items) {
      out.append(separator).append(inner.orElse(""));
      item.name().ifPresent(name -> out.append(quote(name)).append(inner.isPresent() ? ": " : ":"));
      append(out, item.value(), inner);
      separator = ",";
    }
    out.append(lineEnd.orElse("")).append(brackets.charAt(1));
  }
}
