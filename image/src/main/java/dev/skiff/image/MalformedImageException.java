package dev.skiff.image;

import java.io.IOException;

/// An image, layer or manifest that breaks its format. Words no advice: the caller knows what the
/// person was doing and does that.
public final class MalformedImageException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offsetBytes;
  private final String field;
  private final String reason;

  /// What is wrong, and where.
  ///
  /// @param file which file or object, as the person would name it
  /// @param offsetBytes where in it, or -1 when no offset applies
  /// @param field the field's name in the format's own specification
  /// @param reason what was found and what was wanted
  public MalformedImageException(String file, long offsetBytes, String field, String reason) {
    super(
        "%s%s: %s: %s"
            .formatted(file, offsetBytes < 0 ? "" : " at byte " + offsetBytes, field, reason));
    this.file = file;
    this.offsetBytes = offsetBytes;
    this.field = field;
    this.reason = reason;
  }

  public String file() {
    return file;
  }

  public long offsetBytes() {
    return offsetBytes;
  }

  public String field() {
    return field;
  }

  public String reason() {
    return reason;
  }
}
