package dev.skiff.runtime.request;

/// What host names and addresses look like.
final class NetworkNames {

  private static final int LONGEST_LABEL = 63;
  private static final int LONGEST_NAME = 64; // of Linux, not of the DNS

  private NetworkNames() {}

  static boolean isHostName(String name) {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      return false;
    }
    for (String label : Words.split(name, '.')) {
      if (label.isEmpty()
          || label.length() > LONGEST_LABEL
          || label.charAt(0) == '-'
          || label.endsWith("-")
          || !consistsOf(label, "-")) {
        return false;
      }
    }
    return true;
  }

  private static boolean consistsOf(String text, String others) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alphanumeric = c != '_' && Words.isNameLetter(c);
      if (!alphanumeric && others.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /// An IPv4 address in four parts, or what may well be an IPv6 address.
  static boolean isAddress(String text) {
    if (text.indexOf(':') >= 0) {
      return isSixth(text);
    }
    String[] parts = Words.split(text, '.');
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      if (!isByte(part)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isByte(String part) {
    if (part.isEmpty() || part.length() > 3) {
      return false;
    }
    int value = 0;
    for (int i = 0; i < part.length(); i++) {
      int digit = part.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      value = value * 10 + digit;
    }
    return value <= 255;
  }

  private static boolean isSixth(String text) {
    int zone = text.indexOf('%');
    String[] groups = Words.split(zone < 0 ? text : text.substring(0, zone), ':');
    int empty = 0;
    for (String group : groups) {
      if (group.isEmpty()) {
        empty++;
      } else if (group.length() > 4 || !isHexadecimal(group)) {
        return false;
      }
    }
    boolean shortened = text.contains("::");
    return shortened ? groups.length <= 9 && empty <= 3 : groups.length == 8 && empty == 0;
  }

  private static boolean isHexadecimal(String group) {
    for (int i = 0; i < group.length(); i++) {
      if (Character.digit(group.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }
}
