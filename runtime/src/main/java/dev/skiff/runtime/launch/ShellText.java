package dev.skiff.runtime.launch;

/// Words of POSIX shell text.
final class ShellText {

  private ShellText() {}

  /// `text` as one word that the shell takes literally.
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
