package dev.skiff.runtime.job.record;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What can be wrong with records, in words.
public final class JobProblems {

  private JobProblems() {}

  /// No record has this name or number.
  public static ProblemException unknown(String reference) {
    return new ProblemException(
        new Problem(
            "cannot find the job '%s'".formatted(reference),
            "no record of yours has this name or number, nor begins with it",
            "see the names with: skiff ps -a"));
  }

  static ProblemException ambiguous(String reference, List<JobRecord> found) {
    String names =
        String.join(", ", found.stream().limit(5).map(job -> job.name().text()).toList());
    return new ProblemException(
        new Problem(
            "cannot tell which job '%s' is".formatted(reference),
            "%d begin with it: %s".formatted(found.size(), names),
            "write more of the name"));
  }

  static ProblemException none() {
    return new ProblemException(
        new Problem(
            "cannot find the latest job",
            "there is no record of any job of yours",
            "submit one: skiff submit IMAGE -- COMMAND"));
  }

  static ProblemException noTask(String reference, int task) {
    return new ProblemException(
        new Problem(
            "cannot find task %d of '%s'".formatted(task, reference),
            "the job has no such task",
            "see its tasks with: skiff ps -a"));
  }

  static ProblemException unwritable(Path place, IOException e) {
    return new ProblemException(
        new Problem(
            "cannot write the record of the job",
            "'%s': %s".formatted(place, reason(e)),
            "make room there, or set XDG_STATE_HOME to a folder on a disk that the nodes share"),
        ExitCode.PROBLEM,
        e);
  }

  static ProblemException homeless() {
    return new ProblemException(
        new Problem(
            "cannot keep records of jobs",
            "neither XDG_STATE_HOME nor HOME names an absolute path",
            "set HOME"));
  }

  static String reason(IOException e) {
    if (e instanceof java.nio.file.FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    boolean plain = e.getClass().equals(IOException.class) && e.getMessage() != null;
    return plain
        ? String.valueOf(e.getMessage()) // such as "No space left on device"
        : e.getClass().getSimpleName().replace("Exception", "");
  }
}
