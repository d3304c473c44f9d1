package dev.skiff.builder.reuse;

/// What a conversion has to do with those before and after it.
public enum Reuse {
  /// Takes from earlier ones what it can, and is remembered itself.
  ALLOWED,
  /// Is remembered, but made afresh: equal input has to give equal bytes.
  ONLY_REMEMBERED,
  /// Neither.
  NONE
}
