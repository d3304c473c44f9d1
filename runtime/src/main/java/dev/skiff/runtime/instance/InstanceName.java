package dev.skiff.runtime.instance;

/// What an instance is called: letters, digits, `.`, `_` and `-`, and no `-` in front. It is the
/// name of a directory, and `libexec/skiff/instances` holds it to the same letters.
///
/// @param text as typed
public record InstanceName(String text) {

  /// What stands before a name where an image could stand.
  public static final String SCHEME = "instance://";

  private static final String SIGNS = "._-";
  private static final int LONGEST = 200; // as a file name it may have 255

  public InstanceName {
    if (!isValid(text)) {
      throw InstanceProblems.badName(text);
    }
  }

  /// Whether a word can be one.
  public static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > LONGEST || text.equals(".") || text.equals("..")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isLetterOrDigit(c) && SIGNS.indexOf(c) < 0) {
        return false;
      }
    }
    return text.charAt(0) != '-';
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /// Whether an image is named as a running instance.
  public static boolean isReference(String image) {
    return image.startsWith(SCHEME);
  }

  /// The name in `instance://NAME`.
  public static InstanceName ofReference(String image) {
    return new InstanceName(image.substring(SCHEME.length()));
  }

  @Override
  public String toString() {
    return text;
  }
}
