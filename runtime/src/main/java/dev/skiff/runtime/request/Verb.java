package dev.skiff.runtime.request;

/// What is started inside the image.
public enum Verb {
  /// The words of the command line.
  EXEC,
  /// The image's runscript.
  RUN,
  /// An interactive shell.
  SHELL,
  /// The image's test script.
  TEST;

  /// The word on the command line, also the payload's `APPTAINER_COMMAND`.
  public String word() {
    return switch (this) {
      case EXEC -> "exec";
      case RUN -> "run";
      case SHELL -> "shell";
      case TEST -> "test";
    };
  }
}
