package dev.skiff.image.sif;

import java.io.IOException;

/// A change that a sound SIF file does not take.
public final class SifEditException extends IOException {

  private static final long serialVersionUID = 1L;

  /// Why not.
  public enum Reason {
    /// Another process is changing the file.
    BUSY,
    /// No object has the number.
    NO_SUCH_OBJECT,
    /// Every descriptor is in use.
    FULL,
    /// There is a primary system partition already.
    HAS_PRIMARY,
    /// The object is no partition.
    NO_PARTITION,
    /// The partition is not one of a system.
    NO_SYSTEM
  }

  private final Reason reason;

  SifEditException(Reason reason) {
    super(reason.name());
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
