package dev.skiff.builder.library;

import dev.skiff.builder.plan.SifAddress;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;

/// What asking a server for a SIF file can run into.
final class LibraryProblems {

  private LibraryProblems() {}

  private static ProblemException problem(SifAddress address, String why, String fix) {
    return new ProblemException(new Problem("cannot pull '%s'".formatted(address.uri()), why, fix));
  }

  static ProblemException badReference(SifAddress address, String why) {
    return problem(
        address,
        why,
        switch (address.protocol()) {
          case LIBRARY -> "write library://ENTITY/COLLECTION/IMAGE:TAG";
          case SHUB -> "write shub://SERVER/USER/NAME:TAG";
          case ORAS -> "write oras://HOST/NAME:TAG";
          case HTTPS, HTTP ->
              "write the address of a SIF file, "
                  + address.protocol().scheme()
                  + "://HOST[:PORT]/PATH.sif";
        });
  }

  static ProblemException noLibrary(SifAddress address) {
    return problem(
        address,
        "no server of the library API is set, and Skiff knows none that everybody may use",
        "name one: skiff config set library https://HOST; or take the image from a registry, as"
            + " docker:// or oras://");
  }

  static ProblemException noHub(SifAddress address) {
    return problem(
        address,
        "Singularity Hub was closed in 2021, and no server that speaks for it is set",
        "name one: skiff config set shub https://HOST; or look for the image in a registry:"
            + " docker://NAME:TAG");
  }

  static ProblemException notUploaded(SifAddress address) {
    return problem(
        address,
        "the server knows its name, and does not have the file",
        "ask whoever pushed it to push it again");
  }

  static ProblemException noAnswer(SifAddress address, String server, String why) {
    return problem(address, server + ": " + why, "check the server's address");
  }
}
