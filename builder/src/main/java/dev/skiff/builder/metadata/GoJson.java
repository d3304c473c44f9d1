package dev.skiff.builder.metadata;

import java.util.Map;

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

  /// `{"k":"v",...}` in the map's own order, without blanks.
  static String compact(Map<String, String> map) {
    StringBuilder out = new StringBuilder("{");
    map.forEach((key, value) -> {
      out.append(out.length() > 1 ? "," : "").append(quote(key));
      out.append(':').append(quote(value));
    });
    return out.append('}').toString();
  }

  /// One member a line, indented by a tab, no line end after the last brace.
  static String indented(Map<String, String> map) {
    if (map.isEmpty()) {
      return "{}";
    }
    StringBuilder out = new StringBuilder("{\n");
    map.forEach((key, value) -> {
      out.append(out.length() > 2 ? ",\n" : "").append('\t').append(quote(key));
      out.append(": ").append(quote(value));
    });
    return out.append("\n}").toString();
  }
}
