package dev.skiff.runtime.request;

/// The option that a mistyped one was probably meant to be.
final class NearestOption {

  private static final int MOST_EDITS = 2;

  private NearestOption() {}

  /// Its spelling, or nothing when none is near.
  static String of(String spelling) {
    String nearest = "";
    int fewest = MOST_EDITS + 1;
    for (RunOption option : RunOption.values()) {
      for (String name : option.names()) {
        int edits = name.length() > 2 ? edits(spelling, name) : fewest;
        if (edits < fewest) {
          fewest = edits;
          nearest = name;
        }
      }
    }
    return nearest;
  }

  /// Levenshtein's distance.
  private static int edits(String one, String other) {
    if (Math.abs(one.length() - other.length()) > MOST_EDITS) {
      return MOST_EDITS + 1;
    }
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
