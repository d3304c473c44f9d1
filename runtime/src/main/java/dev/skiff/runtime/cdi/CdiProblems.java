package dev.skiff.runtime.cdi;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/// What can be wrong with a device that was asked for, in words.
final class CdiProblems {

  private static final String GENERATE =
      "for NVIDIA, use --nv, or ask an administrator to run: nvidia-ctk cdi generate"
          + " --output=/etc/cdi/nvidia.yaml";

  private CdiProblems() {}

  private static ProblemException problem(String device, String why, String fix) {
    return new ProblemException(
        new Problem("cannot bring the device '" + device + "'", why, fix), ExitCode.NOT_STARTED);
  }

  static ProblemException noName(String text) {
    return problem(
        text,
        "it is no name of the form VENDOR/CLASS=NAME",
        "write, for example, --device nvidia.com/gpu=0; a plain node is brought with --bind");
  }

  static ProblemException unknown(
      DeviceName device, Collection<String> known, List<Path> directories, List<String> broken) {
    String where = directories.toString();
    String damaged = broken.isEmpty() ? "" : "; not understood: " + String.join("; ", broken);
    return problem(
        device.toString(),
        known.isEmpty()
            ? "no specification in " + where + " describes a " + device.kind() + damaged
            : "the specifications in " + where + " have no such device" + damaged,
        known.isEmpty() ? GENERATE : "use one of: " + String.join(", ", known));
  }

  static ProblemException twice(DeviceName device, Path first, Path second) {
    return problem(
        device.toString(),
        "both '" + first + "' and '" + second + "' describe it",
        "remove one of the two files");
  }

  static ProblemException missing(String device, Path file, String hostPath) {
    return problem(
        device,
        "'" + hostPath + "', which '" + file + "' names, is not on this host",
        "have the specification made again: nvidia-ctk cdi generate --output=" + file);
  }

  static ProblemException refused(String device, Path file, String what) {
    return problem(
        device,
        "'" + file + "' asks for " + what,
        "take that out of a copy of the file, and name its directory with --cdi-dirs");
  }

  static ProblemException besideHostDev(String device, String path) {
    return problem(
        device,
        "its node is to be '" + path + "', and /dev is the host's own",
        "add --contain, which gives the container a /dev of its own");
  }

  static Problem groupsNotAdded(String device, List<Long> groups) {
    return new Problem(
        "the device '" + device + "' may not be open to you",
        "its specification adds the groups " + groups + ", which only an administrator can",
        "if it cannot be used, ask to be made a member of them");
  }
}
