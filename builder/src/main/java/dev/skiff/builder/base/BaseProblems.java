package dev.skiff.builder.base;

import dev.skiff.builder.plan.Base.Debootstrap;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.oci.NoSuchImageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What fetching and unpacking a base can run into.
final class BaseProblems {

  private BaseProblems() {}

  static Problem noDockerfile(Path file) {
    return new Problem(
        "cannot build '%s'".formatted(file),
        "there is no such file",
        "From names the directory that holds it, and Filename the file, if that is not Dockerfile");
  }

  static Problem noImage(Path path) {
    return new Problem(
        "cannot start from '%s'".formatted(path),
        "no such file or directory",
        "correct the line 'From:'; relative paths start where skiff build is called");
  }

  static Problem noSandbox(Path path) {
    return new Problem(
        "cannot update '%s'".formatted(path),
        "it is no directory",
        "leave out --update to make a new sandbox");
  }

  static Problem unknownKind(Path path) {
    return new Problem(
        "cannot start from '%s'".formatted(path),
        "it is neither a SIF file, a SquashFS image nor a directory",
        "name an image that skiff build, skiff pull or mksquashfs has made");
  }

  static Problem unreadable(String image, IOException failure) {
    String why =
        failure instanceof NoSuchFileException
            ? "no such file: " + failure.getMessage()
            : String.valueOf(failure.getMessage());
    return new Problem(
        "cannot start from '%s'".formatted(image), why, "fetch or build the image anew");
  }

  static Problem overlay(Path image) {
    return new Problem(
        "cannot start from '%s'".formatted(image),
        "a writable overlay is part of it, an ext3 file system, which Skiff does not read",
        "make the overlay a layer where it was made: singularity overlay seal " + image);
  }

  static Problem overlayLeftOut(Path image) {
    return new Problem(
        "what was changed in the writable overlay of '%s' is left out".formatted(image),
        "an overlay is no part of the image that it lies over",
        "copy what is wanted out of a container: skiff exec -B .:/mnt %s cp -a PATH /mnt"
            .formatted(image));
  }

  static Problem otherPlatform(Path image, NoSuchImageException failure) {
    return new Problem(
        "cannot start from '%s'".formatted(image),
        "it has no image for %s, only for %s"
            .formatted(
                failure.wanted(),
                failure.available().isEmpty() ? "none" : String.join(", ", failure.available())),
        "name one that it has with --arch, or fetch the image for this machine");
  }

  static Problem noBootstrapTool() {
    return new Problem(
        "cannot bootstrap Debian packages",
        "neither mmdebstrap nor debootstrap is in PATH",
        "install one: apt-get install mmdebstrap");
  }

  static Problem bootstrapFailed(String tool, String suite, int status, String lastLine) {
    return new Problem(
        "cannot bootstrap '%s'".formatted(suite),
        "%s ended with status %d: %s".formatted(tool, status, lastLine),
        "check OSVersion and MirrorURL; %s's own words are above".formatted(tool));
  }

  /// The packages are signed by somebody whom the tool does not know.
  static Problem unknownKey(Debootstrap base, String key, DebootstrapCommand.Tool tool) {
    return new Problem(
        "cannot bootstrap '%s'".formatted(base.suite()),
        "%s is signed with the key %s, which this machine does not know"
            .formatted(base.mirror().map(Object::toString).orElse("the host's mirror"), key),
        switch (tool) {
          case MMDEBSTRAP ->
              "have the key put into /etc/apt/trusted.gpg.d, as a file NAME.gpg or NAME.asc";
          case DEBOOTSTRAP ->
              "have mmdebstrap installed, which believes the keys in /etc/apt/trusted.gpg.d, too";
        });
  }

  static Problem applets(int status) {
    return new Problem(
        "cannot make the applet links of busybox",
        "busybox --install ended with status %d".formatted(status),
        "let MirrorURL name a static busybox for this machine's processor");
  }

  static Problem skipped(long count, String first) {
    return new Problem(
        "%d owners, device nodes or attributes of the base are left out".formatted(count),
        "this user may not set them; the first is " + first,
        "build as root to keep them, or with a larger range of ids in /etc/subuid and /etc/subgid");
  }
}
