package dev.skiff.cli;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifEditException;
import dev.skiff.image.sif.SifEditor;
import dev.skiff.image.sif.SifReader;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Opens a SIF file for a command of `skiff sif`, and words what goes wrong.
///
/// @param action what is being done to the file, as `list the objects of`
/// @param image the file, as typed
record SifAccess(String action, String image) {

  /// Looks into an open file.
  interface Reading {
    void of(SifReader sif) throws IOException;
  }

  /// Changes an open file.
  interface Editing {
    void of(SifEditor sif) throws IOException;
  }

  int read(Reading reading) {
    try (SifReader sif = SifReader.open(path())) {
      reading.of(sif);
      return ExitCode.DONE.status();
    } catch (IOException e) {
      throw problem(e);
    }
  }

  int edit(Editing editing) {
    try (SifEditor sif = SifEditor.open(path())) {
      editing.of(sif);
      return ExitCode.DONE.status();
    } catch (IOException e) {
      throw problem(e);
    }
  }

  Path path() {
    try {
      return Path.of(image);
    } catch (InvalidPathException e) {
      throw problem(String.valueOf(e.getReason()), "name a SIF file by its path");
    }
  }

  /// The object with a number, 1 or more.
  SifDescriptor object(SifReader sif, long id) throws IOException {
    return sif.object(number(id)).orElseThrow(this::noSuchObject);
  }

  /// A number typed, as the file has it.
  int number(long id) {
    if (id < 1 || id > 0xFFFF_FFFFL) {
      throw noSuchObject();
    }
    return (int) id;
  }

  private ProblemException noSuchObject() {
    return problem(
        "object not found", "see its objects and their numbers: skiff sif list " + image);
  }

  ProblemException problem(String why, String fix) {
    return problem(why, fix, ExitCode.PROBLEM);
  }

  private ProblemException problem(String why, String fix, ExitCode code) {
    return new ProblemException(
        new Problem("cannot " + action + " '" + image + "'", why, fix), code);
  }

  ProblemException problem(IOException failure) {
    return switch (failure) {
      case SifEditException e -> refusal(e);
      case NoSuchFileException e ->
          problem("there is no file '" + e.getFile() + "'", "check the path");
      case AccessDeniedException e ->
          problem(
              "permission denied: '" + e.getFile() + "'",
              "ask its owner, or work on a copy of the file");
      case FileAlreadyExistsException _ ->
          problem("there is a file of that name already", "name another, or give --force");
      case MalformedImageException e ->
          problem(String.valueOf(e.getMessage()), "name a SIF file; skiff build makes one");
      default ->
          problem(String.valueOf(failure.getMessage()), "check the path and the disk it is on");
    };
  }

  private ProblemException refusal(SifEditException refused) {
    return switch (refused.reason()) {
      case BUSY -> problem("another process is changing it", "try again later", ExitCode.TRY_AGAIN);
      case NO_SUCH_OBJECT -> noSuchObject();
      case FULL ->
          problem(
              "all its descriptors are in use",
              "delete an object first: skiff sif del ID " + image);
      case HAS_PRIMARY ->
          problem(
              "it has a primary system partition already",
              "add it with --parttype system, then: skiff sif setprim ID " + image);
      case NO_PARTITION ->
          problem("the object is no partition", "name an FS object of: skiff sif list " + image);
      case NO_SYSTEM ->
          problem(
              "the partition is not one of a system",
              "name one that skiff sif list shows as System");
    };
  }
}
