package dev.skiff.runtime.cdi;

import org.jspecify.annotations.Nullable;

/// A device by its full name, `nvidia.com/gpu=0`.
///
/// @param kind vendor and class, `nvidia.com/gpu`
/// @param name unique in its kind
record DeviceName(String kind, String name) {

  /// The parts of a text; null when it is no such name.
  static @Nullable DeviceName parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0 || !isKind(text.substring(0, equals)) || !isName(text.substring(equals + 1))) {
      return null;
    }
    return new DeviceName(text.substring(0, equals), text.substring(equals + 1));
  }

  static boolean isKind(String kind) {
    int slash = kind.indexOf('/');
    return slash > 0
        && isWord(kind.substring(0, slash), "-_.")
        && isLetter(kind.charAt(0))
        && isWord(kind.substring(slash + 1), "-_")
        && isLetter(kind.charAt(slash + 1));
  }

  static boolean isName(String name) {
    return isWord(name, "-_.:");
  }

  /// Letters, digits and these between them.
  private static boolean isWord(String text, String between) {
    if (text.isEmpty()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean inner = i > 0 && i < text.length() - 1 && between.indexOf(c) >= 0;
      if (!inner && !isLetter(c) && !(c >= '0' && c <= '9')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  @Override
  public String toString() {
    return kind + "=" + name;
  }
}
