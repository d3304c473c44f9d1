package dev.skiff.runtime.instance;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Path;

/// Everything that can be wrong with instances, worded in one place.
public final class InstanceProblems {

  private static final String LIST = "see which ones run with skiff instance list";

  private InstanceProblems() {}

  /// A name with other letters.
  static ProblemException badName(String name) {
    return new ProblemException(
        new Problem(
            "cannot call an instance '" + name + "'",
            "'" + name + "' is not a valid instance name",
            "use letters, digits, '.', '_' and '-'"),
        ExitCode.NOT_STARTED);
  }

  static ProblemException taken(InstanceRecord other) {
    return new ProblemException(
        new Problem(
            "cannot start the instance '" + other.name() + "'",
            "instance "
                + other.name()
                + " already exists: process "
                + other.process().pid()
                + ", of "
                + other.image(),
            "choose another name, or run: skiff instance stop " + other.name()),
        ExitCode.NOT_STARTED);
  }

  /// Nobody of that name runs, for a command that would go into it.
  public static ProblemException absent(InstanceName name) {
    return new ProblemException(
        new Problem(
            "cannot enter the instance '" + name + "'",
            "no instance found with name " + name + " on this host",
            LIST + ", or start it: skiff instance start IMAGE " + name),
        ExitCode.NOT_STARTED);
  }

  /// Nobody of that name or pattern runs, for a command that looks at it.
  public static ProblemException noneFound(String pattern) {
    return new ProblemException(
        new Problem(
            "cannot find the instance '" + pattern + "'",
            "no instance found with that name on this host",
            LIST),
        ExitCode.PROBLEM);
  }

  static ProblemException nowhere() {
    return new ProblemException(
        new Problem(
            "cannot keep records of instances",
            "neither SKIFF_STATEDIR, XDG_STATE_HOME nor HOME says where",
            "set SKIFF_STATEDIR to a directory of yours"),
        ExitCode.PROBLEM);
  }

  static ProblemException unkept(Path file, IOException failure) {
    return new ProblemException(
        new Problem(
            "cannot keep the record of an instance",
            "'" + file + "': " + failure.getClass().getSimpleName() + ": " + failure.getMessage(),
            "set SKIFF_STATEDIR to a directory that you may write to"),
        ExitCode.PROBLEM,
        failure);
  }

  static ProblemException badSignal(String signal) {
    return new ProblemException(
        new Problem(
            "cannot send the signal '" + signal + "'",
            "there is no such signal",
            "write its name or number, for example -s TERM or -s 15"),
        ExitCode.USAGE);
  }

  static ProblemException unstopped(InstanceRecord record) {
    return new ProblemException(
        new Problem(
            "cannot stop the instance '" + record.name() + "'",
            "its process " + record.process().pid() + " is still there after SIGKILL",
            "look at it with: ps -o pid,stat,wchan,cmd -p " + record.process().pid()),
        ExitCode.PROBLEM);
  }
}
