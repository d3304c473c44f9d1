package dev.skiff.runtime.planner;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.request.BindSpec;
import java.nio.file.Path;

/// Why a request cannot be planned on this host, worded in one place.
final class PlannerProblems {

  private PlannerProblems() {}

  static ProblemException notWritable(ImageFacts image, String why) {
    return new ProblemException(
        new Problem(
            "cannot write into '" + image.path() + "'",
            why,
            "use --writable-tmpfs for changes that may be lost, or make a directory of it:"
                + " skiff build --sandbox "
                + stem(image.name())
                + " "
                + image.path()),
        ExitCode.NOT_STARTED);
  }

  static ProblemException extNotWritable(Path file) {
    return new ProblemException(
        new Problem(
            "cannot write into '" + file + "'",
            "it is an ext3 image, which only root can change in place",
            "lay changes over it: skiff overlay create changes.img, then --overlay changes.img"),
        ExitCode.NOT_STARTED);
  }

  static ProblemException rootOnly(String option, String instead) {
    return new ProblemException(
        new Problem("cannot use " + option, "only root may, and the caller is not", instead),
        ExitCode.NOT_STARTED);
  }

  static ProblemException profile(Path file, String why) {
    return new ProblemException(
        new Problem(
            "cannot use the seccomp profile '" + file + "'",
            why,
            "write one as Docker and Podman have it, such as /usr/share/containers/seccomp.json"),
        ExitCode.NOT_STARTED);
  }

  static ProblemException capabilitiesOfOthers() {
    return new ProblemException(
        new Problem(
            "cannot use --add-caps together with --security uid:",
            "root who becomes somebody else has no capabilities left",
            "leave one of them out"),
        ExitCode.NOT_STARTED);
  }

  static ProblemException securityModule(String module, String context) {
    return new ProblemException(
        new Problem(
            "cannot use '" + context + "' with --security",
            module + " is not in force on this host",
            "leave it out, or run where the kernel has it: cat /sys/kernel/security/lsm"),
        ExitCode.NOT_STARTED);
  }

  static ProblemException twoPlacesForChanges(String both) {
    return new ProblemException(
        new Problem(
            "cannot lay the overlays over the image",
            "changes can go to one place only, and both " + both + " would take them",
            "put :ro behind all overlays but one, for example --overlay base.img:ro"),
        ExitCode.NOT_STARTED);
  }

  static Problem targetTaken(BindSpec bind) {
    boolean root = Path.of(bind.target().value()).normalize().equals(Path.of("/"));
    return new Problem(
        "'" + bind.source() + "' is not bound on '" + bind.target() + "' (" + bind.origin() + ")",
        root
            ? "the root directory is the image's"
            : "destination is already in the mount point list: another bind comes first",
        root
            ? "bind it elsewhere, for example --bind " + bind.source() + ":/host"
            : "leave one of them out");
  }

  static Problem boundReadOnly(Path file) {
    return new Problem(
        "what is bound out of '" + file + "' cannot be written to",
        "only root may mount its ext3 file system for writing, proceeding with read-only",
        "write :ro, or use the file with --overlay");
  }

  private static String stem(String name) {
    return name.endsWith(".sif") ? name.substring(0, name.length() - ".sif".length()) : "sandbox";
  }

  static ProblemException rootAsSandbox() {
    return new ProblemException(
        new Problem(
            "cannot use '/' as an image",
            "it is the host's own root directory",
            "name a directory with a root file system of its own"),
        ExitCode.NOT_STARTED);
  }

  static Problem fileVariableOverridden(String name) {
    return new Problem(
        "Ignored environment file variable " + name + ": override from --env",
        "--env sets it too, and wins",
        "leave it out of one of them");
  }

  static Problem homeFromFile(String file) {
    return new Problem(
        "the HOME of " + file + " is not passed on",
        "Overriding HOME environment variable with " + file + " is not permitted",
        "use --home SOURCE:TARGET");
  }
}
