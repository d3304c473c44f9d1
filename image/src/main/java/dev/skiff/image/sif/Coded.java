package dev.skiff.image.sif;

/// Something that a number stands for in a file.
interface Coded {

  /// The number that stands for it in a file.
  int code();

  /// The one with a number; another one if none has it.
  static <C extends Coded> C find(C[] values, int code, C otherwise) {
    for (C value : values) {
      if (value.code() == code) {
        return value;
      }
    }
    return otherwise;
  }
}
