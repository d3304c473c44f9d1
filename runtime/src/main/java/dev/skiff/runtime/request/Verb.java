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
  TEST,
  /// The image's startscript, as an instance.
  INSTANCE_START,
  /// The image's runscript, as an instance.
  INSTANCE_RUN;

  /// Whether the container outlives the command.
  public boolean isInstance() {
    return this == INSTANCE_START || this == INSTANCE_RUN;
  }

  /// The words on the command line.
  public String words() {
    return isInstance() ? "instance " + word() : word();
  }

  /// The last word on the command line, also the payload's `APPTAINER_COMMAND`.
  public String word() {
    return switch (this) {
      case EXEC -> "exec";
      case RUN, INSTANCE_RUN -> "run";
      case SHELL -> "shell";
      case TEST -> "test";
      case INSTANCE_START -> "start";
    };
  }
}
