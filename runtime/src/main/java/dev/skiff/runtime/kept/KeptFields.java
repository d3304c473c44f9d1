package dev.skiff.runtime.kept;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Fields in order, each ended by a NUL, which none may hold.
final class KeptFields {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 14);
  private boolean spoilt;

  KeptFields text(String field) {
    return bytes("", field.getBytes(StandardCharsets.UTF_8));
  }

  KeptFields number(long field) {
    return text(Long.toString(field));
  }

  /// @param mark what the field begins with, in ASCII
  KeptFields bytes(String mark, byte[] field) {
    for (byte one : field) {
      if (one == 0) {
        spoilt = true;
        return this;
      }
    }
    out.writeBytes(mark.getBytes(StandardCharsets.UTF_8));
    out.writeBytes(field);
    out.write(0);
    return this;
  }

  /// Whether a field held a NUL, so that all of it is useless.
  boolean isSpoilt() {
    return spoilt;
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
