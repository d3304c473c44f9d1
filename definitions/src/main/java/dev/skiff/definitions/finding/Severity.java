package dev.skiff.definitions.finding;

/// How bad a finding is.
public enum Severity {
  /// Nothing can be built from the file.
  ERROR("error"),
  /// The file works, but perhaps not as its author thinks.
  WARNING("warning");

  private final String word;

  Severity(String word) {
    this.word = word;
  }

  /// In lower case, as it stands before a message.
  public String word() {
    return word;
  }
}
