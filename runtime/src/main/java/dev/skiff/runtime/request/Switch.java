package dev.skiff.runtime.request;

/// The words of a switch's value, those of Go's `strconv.ParseBool`.
final class Switch {

  private Switch() {}

  static boolean isWord(String word) {
    return isOn(word) || isOff(word);
  }

  static boolean isOn(String word) {
    return switch (word) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      default -> false;
    };
  }

  static boolean isOff(String word) {
    return switch (word) {
      case "0", "f", "F", "false", "FALSE", "False" -> true;
      default -> false;
    };
  }
}
