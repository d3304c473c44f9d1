package dev.skiff.definitions.problem;

/// What `skiff` itself ends with; a payload's own code is passed through untouched.
public enum ExitCode {
  DONE(0),
  /// The three lines on standard error say it.
  PROBLEM(1),
  /// The command line was wrong.
  USAGE(2),
  /// The scheduler will not have the job, or could never run it.
  REFUSED(3),
  /// `exec`, `run`, `shell`, `test`: the container could not be started.
  NOT_STARTED(125),
  /// The command is in the image but cannot be executed.
  NOT_EXECUTABLE(126),
  /// The command is not in the image.
  NOT_FOUND(127),
  /// The scheduler cannot be reached.
  UNREACHABLE(69),
  /// A defect of Skiff.
  OUR_BUG(70),
  /// May work later: a registry timed out, a lock is held.
  TRY_AGAIN(75),
  /// Refused: by a registry, or by the kernel's policy.
  NOT_ALLOWED(77);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  /// The process exit status, 0 to 255.
  public int status() {
    return status;
  }
}
