package dev.skiff.image.oci;

/// Text that names no image.
public final class InvalidImageReferenceException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String text;
  private final String reason;

  InvalidImageReferenceException(String text, String reason) {
    super("'%s' names no image: %s".formatted(text, reason));
    this.text = text;
    this.reason = reason;
  }

  /// What was typed.
  public String text() {
    return text;
  }

  /// What is wrong with it: found and wanted.
  public String reason() {
    return reason;
  }
}
