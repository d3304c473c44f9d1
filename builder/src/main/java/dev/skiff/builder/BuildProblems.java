package dev.skiff.builder;

import dev.skiff.builder.plan.Target;
import dev.skiff.builder.store.FileFailure;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// What a build as a whole can run into.
final class BuildProblems {

  private BuildProblems() {}

  static ProblemException exists(Path target) {
    return new ProblemException(
        new Problem(
            "cannot build '%s'".formatted(target),
            "build target '%s' already exists".formatted(target),
            "use --force if you want to overwrite it, or name another target"));
  }

  static ProblemException updateNeedsSandbox(Target target) {
    return new ProblemException(
        new Problem(
            "cannot update '%s'".formatted(target.shown()),
            "only sandbox update is supported: --sandbox flag is missing",
            "write skiff build --update --sandbox %s ...".formatted(target.shown())));
  }

  static ProblemException noDirectory(Path target) {
    return new ProblemException(
        new Problem(
            "cannot build '%s'".formatted(target),
            "there is no directory '%s'".formatted(target.toAbsolutePath().getParent()),
            "make it first: mkdir -p '%s'".formatted(target.toAbsolutePath().getParent())));
  }

  static ProblemException mayNotWrite(Path target) {
    return new ProblemException(
        new Problem(
            "cannot build '%s'".formatted(target),
            "the directory '%s' cannot be written to"
                .formatted(target.toAbsolutePath().getParent()),
            "name a target in a directory of your own"));
  }

  static ProblemException keepsNoLayers(Target target) {
    return new ProblemException(
        new Problem(
            "cannot build '%s'".formatted(target.shown()),
            "--no-cleanup and --fix-perms work on one root directory, which has no layers",
            "leave them out, or build a single SIF or sandbox"),
        ExitCode.USAGE);
  }

  static ProblemException engineMountsNothing() {
    return new ProblemException(
        new Problem(
            "cannot show a daemon's containers what --bind, --mount or --nv name",
            "the daemon may be on another machine",
            "leave them out, or leave out --engine docker"),
        ExitCode.USAGE);
  }

  static Problem noCache(String failure) {
    return new Problem(
        "what the steps of this build give is not kept",
        "the cache cannot be written to: " + failure,
        "name another one: SKIFF_CACHEDIR=/scratch/skiff skiff build ...");
  }

  static ProblemException notRoot(Path target) {
    return new ProblemException(
        new Problem(
            "cannot build '%s'".formatted(target),
            "this process is neither root nor root of a user namespace",
            "run skiff doctor: it says what this machine allows and how to change it"),
        ExitCode.NOT_ALLOWED);
  }

  static ProblemException badArchitecture(String architecture, String why) {
    return new ProblemException(
        new Problem(
            "cannot build for '%s'".formatted(architecture), why, "write --arch amd64 or arm64"),
        ExitCode.USAGE);
  }

  static ProblemException badEpoch(String found) {
    return new ProblemException(
        new Problem(
            "cannot use SOURCE_DATE_EPOCH",
            "it is '%s', and should be seconds since 1970".formatted(found),
            "unset SOURCE_DATE_EPOCH, or set it to a number such as 1767225600"));
  }

  /// A disk that is full, a file that vanished: named as the system names it.
  ///
  /// @param where the other place that was written to
  static ProblemException disk(Path target, Path where, IOException failure) {
    if (FileFailure.reason(failure).toLowerCase(Locale.ROOT).contains("no space left on device")) {
      return full(target, where, failure);
    }
    Path beside = Optional.ofNullable(target.toAbsolutePath().getParent()).orElse(target);
    boolean gone = failure instanceof NoSuchFileException && !Files.isDirectory(beside);
    return new ProblemException(
        new Problem(
            "cannot build '%s'".formatted(target),
            gone
                ? "the directory '%s' went away meanwhile".formatted(beside)
                : FileFailure.reason(failure),
            gone ? "make it anew and build once more" : fix(failure)),
        ExitCode.PROBLEM,
        failure);
  }

  private static String fix(IOException failure) {
    return failure instanceof AccessDeniedException
        ? "let yourself read and write there, or name another place"
        : "make room or give access there; SKIFF_TMPDIR names another working directory";
  }

  /// The system does not say which of the two places it is: it is taken to be the one with less.
  private static ProblemException full(Path target, Path where, IOException failure) {
    Path beside = Optional.ofNullable(target.toAbsolutePath().getParent()).orElse(where);
    boolean besideTarget = usableBytes(beside) <= usableBytes(where);
    return new ProblemException(
        new Problem(
            "cannot build '%s'".formatted(target),
            "the disk of '%s' is full".formatted(besideTarget ? beside : where),
            besideTarget
                ? "make room there, or name a target on another disk"
                : "name a directory with more room: SKIFF_TMPDIR=/var/tmp skiff build ..."),
        ExitCode.PROBLEM,
        failure);
  }

  private static long usableBytes(Path directory) {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE; // a file system that does not say is not the one to name
    }
  }
}
