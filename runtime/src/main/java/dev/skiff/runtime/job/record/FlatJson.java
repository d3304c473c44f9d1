package dev.skiff.runtime.job.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One JSON object of texts and lists of texts, which is all that a record needs: loading a JSON
/// library takes longer than submitting a job.
final class FlatJson {

  private static final int LONGEST = 16 << 20;

  private final String text;
  private int at;

  private FlatJson(String text) {
    this.text = text;
  }

  /// Keys in their order; what has several values is a list.
  static String write(Map<String, List<String>> fields, List<String> lists) {
    StringBuilder out = new StringBuilder("{\n");
    String comma = "";
    for (Map.Entry<String, List<String>> field : fields.entrySet()) {
      out.append(comma).append("  ");
      quote(field.getKey(), out);
      out.append(": ");
      if (lists.contains(field.getKey())) {
        out.append('[');
        String between = "";
        for (String value : field.getValue()) {
          out.append(between);
          quote(value, out);
          between = ", ";
        }
        out.append(']');
      } else {
        quote(field.getValue().getFirst(), out);
      }
      comma = ",\n";
    }
    return out.append("\n}\n").toString();
  }

  private static void quote(String value, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> {
          if (c < 0x20 || c == 0x7f || Character.isSurrogate(c)) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /// @throws IllegalArgumentException if it is no such object; the message says where
  static Map<String, List<String>> read(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException("it is larger than %d MB".formatted(LONGEST >> 20));
    }
    FlatJson json = new FlatJson(text);
    Map<String, List<String>> fields = json.object();
    json.blank();
    if (json.at != text.length()) {
      throw json.wrong("the end");
    }
    return fields;
  }

  private Map<String, List<String>> object() {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    expect('{');
    if (skip('}')) {
      return fields;
    }
    do {
      String key = string();
      expect(':');
      fields.put(key, value());
    } while (skip(','));
    expect('}');
    return fields;
  }

  private List<String> value() {
    if (!skip('[')) {
      return List.of(string());
    }
    List<String> values = new ArrayList<>();
    if (skip(']')) {
      return values;
    }
    do {
      values.add(string());
    } while (skip(','));
    expect(']');
    return values;
  }

  private String string() {
    expect('"');
    StringBuilder value = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c < 0x20) {
        throw wrong("no control character");
      }
      value.append(c == '\\' ? escaped() : c);
    }
    if (at >= text.length()) {
      throw wrong("'\"'");
    }
    at++;
    return value.toString();
  }

  private char escaped() {
    if (at >= text.length()) {
      throw wrong("an escape");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> unicode();
      default -> throw wrong("an escape");
    };
  }

  private char unicode() {
    if (at + 4 > text.length()) {
      throw wrong("four hexadecimal digits");
    }
    int value = 0;
    for (int end = at + 4; at < end; at++) {
      int digit = Character.digit(text.charAt(at), 16);
      if (digit < 0) {
        throw wrong("four hexadecimal digits");
      }
      value = value * 16 + digit;
    }
    return (char) value;
  }

  private void blank() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean skip(char wanted) {
    blank();
    boolean found = at < text.length() && text.charAt(at) == wanted;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(char wanted) {
    if (!skip(wanted)) {
      throw wrong("'" + wanted + "'");
    }
  }

  private IllegalArgumentException wrong(String wanted) {
    return new IllegalArgumentException("%s was expected at character %d".formatted(wanted, at));
  }
}
