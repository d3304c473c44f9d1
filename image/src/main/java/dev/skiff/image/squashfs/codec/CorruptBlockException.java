package dev.skiff.image.squashfs.codec;

import java.io.IOException;

/// A block that cannot be decompressed, or that grows beyond what its reader expects. Whoever knows
/// where the block stands says so in an error of its own.
public final class CorruptBlockException extends IOException {

  private static final long serialVersionUID = 1L;

  CorruptBlockException(String reason) {
    super(reason);
  }

  CorruptBlockException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
