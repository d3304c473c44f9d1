package dev.skiff.runtime.launch;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.kernel.Errno;
import java.io.IOException;

/// What goes wrong between processes before the payload runs, worded in one place.
final class LaunchProblems {

  private static final String START = "cannot start the container";
  private static final String DOCTOR = "run: skiff doctor";

  private LaunchProblems() {}

  static ProblemException shellAbsent() {
    return notStarted(
        START,
        "the process that was to become the command is gone: unshare or setpriv of util-linux failed",
        DOCTOR);
  }

  static ProblemException namespaceAbsent(String name) {
    return notStarted(
        START,
        "the launcher did not see in time that a " + name + " namespace was asked for",
        "write the option out in front of the image, as --" + name.replace("network", "net"));
  }

  static ProblemException confinementAbsent() {
    return notStarted(
        START,
        "the launcher did not see in time that other rights were asked for",
        "write the options out in front of the image, as --add-caps and --security");
  }

  static ProblemException perlAbsent() {
    return notStarted(
        "cannot use --security seccomp:",
        "there is no perl on this host, which puts the filter on the payload",
        "install perl (Debian: apt-get install perl-base), or leave the profile out");
  }

  static ProblemException noShell(int result) {
    return notStarted(
        "cannot run the script in the container",
        "its /bin/sh: " + Errno.text(result),
        "use a base image that has a shell for this machine's architecture");
  }

  static ProblemException child(IOException failure) {
    return notStarted(
        START,
        "the process that sets it up: " + failure.getMessage(),
        "check that setpriv and unshare of util-linux are on PATH, and that the temporary directory"
            + " has space");
  }

  private static ProblemException notStarted(String what, String why, String fix) {
    return new ProblemException(new Problem(what, why, fix), ExitCode.NOT_STARTED);
  }
}
