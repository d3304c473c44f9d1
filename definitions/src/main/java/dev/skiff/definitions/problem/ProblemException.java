package dev.skiff.definitions.problem;

/// Carries a problem to the one place that prints problems. Nobody else catches it, except to add a
/// fact or to clean up.
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;
  private final ExitCode exitCode;

  public ProblemException(Problem problem) {
    this(problem, ExitCode.PROBLEM);
  }

  public ProblemException(Problem problem, ExitCode exitCode) {
    super(problem.what() + ": " + problem.why());
    this.problem = problem;
    this.exitCode = exitCode;
  }

  public ProblemException(Problem problem, ExitCode exitCode, Throwable cause) {
    super(problem.what() + ": " + problem.why(), cause);
    this.problem = problem;
    this.exitCode = exitCode;
  }

  public Problem problem() {
    return problem;
  }

  public ExitCode exitCode() {
    return exitCode;
  }
}
