package dev.skiff.builder.bootstrap;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;

/// What filling a root with packages can run into.
final class BootstrapProblems {

  private BootstrapProblems() {}

  static ProblemException noTool(String agent, String why, String debianPackages) {
    return new ProblemException(
        new Problem(
            "cannot start from 'Bootstrap: %s'".formatted(agent),
            why,
            "install it, on Debian: apt-get install %s; or start from an image of that distribution:"
                    .formatted(debianPackages)
                + " Bootstrap: docker"));
  }

  static ProblemException failed(String tool, int status, String lastLine) {
    return new ProblemException(
        new Problem(
            "cannot install the packages of the base",
            "%s ended with status %d: %s".formatted(tool, status, lastLine),
            "check the addresses and names in the header; %s's own words are above"
                .formatted(tool)));
  }

  static Problem scriptFailed(String tool) {
    return new Problem(
        "a script of one of the packages failed",
        "%s installed all packages, and says so".formatted(tool),
        "look at its words above, and at what the package needs");
  }

  static ProblemException otherMachine(String architecture) {
    return new ProblemException(
        new Problem(
            "cannot start from 'Bootstrap: arch'",
            "%s architecture is not supported: Arch Linux is there for amd64 alone"
                .formatted(architecture),
            "start from an image that is there for it: Bootstrap: docker"));
  }

  static Problem otherDatabase(String wanted, String found) {
    return new Problem(
        "rpm inside the image cannot read which packages it has",
        "it wants a database of the kind %s, and this machine's rpm writes %s"
            .formatted(wanted, found),
        "start from an image of that distribution: Bootstrap: docker");
  }
}
