package dev.skiff.runtime.request;

import java.util.ArrayList;
import java.util.List;

/// Splits texts by hand: regular expressions cost milliseconds on the way to a container.
final class Words {

  private Words() {}

  /// The parts between separators; an empty text has none.
  static String[] split(String text, char separator) {
    if (text.isEmpty()) {
      return new String[0];
    }
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, start)) {
      parts.add(text.substring(start, end));
      start = end + 1;
    }
    parts.add(text.substring(start));
    return parts.toArray(new String[0]);
  }

  /// Which part of a comma-separated list a word is, or -1; splits nothing.
  static int place(String list, String word) {
    int place = 0;
    int start = 0;
    while (start < list.length()) {
      int comma = list.indexOf(',', start);
      int end = comma < 0 ? list.length() : comma;
      if (end - start == word.length() && list.startsWith(word, start)) {
        return place;
      }
      place++;
      start = end + 1;
    }
    return -1;
  }

  /// One record of comma-separated values as Go's encoding/csv reads it: a field that begins with a
  /// double quote ends at the next single one, and `""` inside it is one quote.
  ///
  /// @throws MalformedRecord when a quote stands where none may
  static List<String> csv(String record) throws MalformedRecord {
    List<String> fields = new ArrayList<>();
    int at = 0;
    while (true) {
      StringBuilder field = new StringBuilder();
      at = record.startsWith("\"", at) ? quoted(record, at + 1, field) : plain(record, at, field);
      fields.add(field.toString());
      if (at >= record.length()) {
        return fields;
      }
      at++; // the comma
    }
  }

  private static int plain(String record, int from, StringBuilder field) throws MalformedRecord {
    int end = record.indexOf(',', from);
    end = end < 0 ? record.length() : end;
    if (record.substring(from, end).indexOf('"') >= 0) {
      throw new MalformedRecord("a double quote stands inside an unquoted field");
    }
    field.append(record, from, end);
    return end;
  }

  private static int quoted(String record, int from, StringBuilder field) throws MalformedRecord {
    for (int at = from; at < record.length(); at++) {
      char c = record.charAt(at);
      if (c != '"') {
        field.append(c);
      } else if (record.startsWith("\"", at + 1)) {
        field.append('"');
        at++;
      } else if (at + 1 == record.length() || record.charAt(at + 1) == ',') {
        return at + 1;
      } else {
        throw new MalformedRecord("text follows a closing double quote");
      }
    }
    throw new MalformedRecord("a double quote is not closed");
  }

  static boolean isNameLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// Not comma-separated values.
  static final class MalformedRecord extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedRecord(String reason) {
      super(reason);
    }
  }
}
