package dev.skiff.builder.registry;

import dev.skiff.builder.registry.RegistryFailure.Kind;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.InvalidImageReferenceException;
import dev.skiff.image.oci.NoSuchImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// What a person is told when an image cannot be had, whichever source it was to come from.
public final class RegistryProblems {

  private RegistryProblems() {}

  /// Text that names no image.
  public static ProblemException invalidReference(InvalidImageReferenceException e) {
    return new ProblemException(
        new Problem(
            "cannot use '%s' as the name of an image".formatted(e.text()),
            e.reason(),
            "write [HOST[:PORT]/]NAME[:TAG], for example docker://python:3.12-slim"));
  }

  /// A source that was read but does not hold what was wanted, or is corrupt, or cannot be read.
  ///
  /// @param source the source as the person named it
  public static ProblemException unusable(String source, IOException e) {
    return switch (e) {
      case NoSuchImageException missing -> noSuchImage(missing);
      case MalformedImageException malformed ->
          new ProblemException(
              new Problem(
                  "cannot use the image '%s'".formatted(source),
                  String.valueOf(malformed.getMessage()),
                  "get the image once more from where it came; if that does not help, build it"
                      + " anew"),
              ExitCode.PROBLEM,
              malformed);
      default -> unreadable(source, e);
    };
  }

  private static ProblemException noSuchImage(NoSuchImageException e) {
    String available =
        e.available().isEmpty() ? "no image at all" : String.join(", ", e.available());
    return switch (e.chosenBy()) {
      case PLATFORM ->
          new ProblemException(
              new Problem(
                  "cannot use the image '%s'".formatted(e.source()),
                  "it is not there for %s, only for: %s".formatted(e.wanted(), available),
                  e.available().isEmpty()
                      ? "take another image"
                      : "choose one that is there, for example with --arch "
                          + architecture(e.available().getFirst())));
      case TAG ->
          new ProblemException(
              new Problem(
                  "cannot choose an image of '%s'".formatted(e.source()),
                  "%s was named, it holds: %s".formatted(e.wanted(), available),
                  "name one after a colon: PATH:IMAGE"));
    };
  }

  private static String architecture(String platform) {
    int slash = platform.indexOf('/');
    return slash < 0 ? platform : platform.substring(slash + 1);
  }

  private static ProblemException unreadable(String source, IOException e) {
    boolean full = String.valueOf(e.getMessage()).contains("No space left on device");
    return new ProblemException(
        new Problem(
            "cannot read the image '%s'".formatted(source),
            e.getClass().getSimpleName() + ": " + RegistryFailure.firstLine(e),
            full
                ? "free some space, or set SKIFF_CACHEDIR and SKIFF_TMPDIR to places that have it"
                : "look whether the file and the cache can be read and written by you"),
        ExitCode.PROBLEM,
        e);
  }

  static ProblemException noSpace(Path file, long wanted, long usable) {
    return new ProblemException(
        new Problem(
            "cannot download into '%s'".formatted(file.getParent()),
            "%d MiB are needed, %d MiB are free".formatted(wanted >> 20, usable >> 20),
            "free some space, or set SKIFF_CACHEDIR to a place that has it"));
  }

  /// A name that means nothing as long as nobody may be asked.
  static ProblemException notKnown(ImageReference reference) {
    return new ProblemException(
        new Problem(
            "cannot pull '%s'".formatted(reference),
            "what it stands for is not in the cache, and SKIFF_OFFLINE or --offline forbids to ask",
            "leave out --offline once, with a network, so that the cache has it"));
  }

  /// No place had the image; the last one asked is the registry itself, whose word decides.
  static ProblemException refused(ImageReference reference, List<RegistryFailure> failures) {
    RegistryFailure last = failures.getLast();
    String why =
        failures.stream()
            .map(RegistryFailure::getMessage)
            .distinct()
            .collect(Collectors.joining("\n"));
    return new ProblemException(
        new Problem(
            "cannot pull '%s'".formatted(reference),
            why,
            fix(reference.toString(), reference.registry(), last)),
        exitCode(last.kind()),
        last);
  }

  /// A mirror gave what cannot be used; the next place is asked.
  static Problem passedOver(String host, MalformedImageException e) {
    return new Problem(
        "%s is passed over".formatted(host),
        String.valueOf(e.getMessage()),
        "tell whoever runs it; skiff config explain mirrors tells who names it");
  }

  /// A server that keeps files did not give one.
  static ProblemException refusedFile(String uri, RegistryFailure failure) {
    String fix =
        switch (failure.kind()) {
          case DENIED -> "check the spelling; if it is private, set SKIFF_LIBRARY_TOKEN";
          case PROTOCOL ->
              "check the server's address: skiff config get library; and what it is asked for: "
                  + uri;
          case RATE_LIMITED, UNREACHABLE, UNKNOWN_HOST ->
              "check the network and https_proxy, and try again in a few minutes";
          default -> fix(uri, failure.host(), failure);
        };
    return new ProblemException(
        new Problem("cannot pull '%s'".formatted(uri), String.valueOf(failure.getMessage()), fix),
        exitCode(failure.kind()),
        failure);
  }

  /// A registry that did not take an image.
  static ProblemException notPushed(ImageReference reference, RegistryFailure failure) {
    String host = reference.registry();
    boolean tooLarge = failure.reason().contains("answers 413");
    String fix =
        tooLarge
            ? "ask whoever runs %s to allow larger uploads, often in the proxy before it"
                .formatted(host)
            : switch (failure.kind()) {
              case DENIED -> "log in as somebody who may write there: skiff registry login " + host;
              case NOT_FOUND ->
                  "check that '%s' takes images, and that the project before the last / exists"
                      .formatted(reference);
              default -> fix(reference.toString(), host, failure);
            };
    return new ProblemException(
        new Problem(
            "cannot push '%s'".formatted(reference), String.valueOf(failure.getMessage()), fix),
        exitCode(failure.kind()),
        failure);
  }

  /// What was to be sent cannot be read.
  static ProblemException notSent(ImageReference reference, IOException e) {
    return new ProblemException(
        new Problem(
            "cannot push '%s'".formatted(reference),
            RegistryFailure.firstLine(e),
            "look whether the image and the cache can be read by you"),
        ExitCode.PROBLEM,
        e);
  }

  static ExitCode exitCode(Kind kind) {
    return switch (kind) {
      case DENIED -> ExitCode.NOT_ALLOWED;
      case RATE_LIMITED, UNAVAILABLE, TIMED_OUT, UNREACHABLE -> ExitCode.TRY_AGAIN;
      case NOT_FOUND, UNKNOWN_HOST, PROXY, TLS, CALLER, PLAIN_HTTP, OFFLINE, PROTOCOL ->
          ExitCode.PROBLEM;
    };
  }

  /// @param name what was asked for
  /// @param host the registry that a person named
  static String fix(String name, String host, RegistryFailure failure) {
    return switch (failure.kind()) {
      case NOT_FOUND -> "check the spelling of '%s'".formatted(name);
      case DENIED ->
          ("check the spelling; if the image is private, run 'skiff registry login %s', or set"
                  + " SKIFF_DOCKER_USERNAME and SKIFF_DOCKER_PASSWORD")
              .formatted(host);
      case RATE_LIMITED ->
          ("wait, or log in (skiff registry login %s): it limits pulls per address and account; or name a mirror:"
                  + " skiff config set mirrors.%s https://HOST")
              .formatted(host, host);
      case UNAVAILABLE, TIMED_OUT -> "try again in a few minutes";
      case UNREACHABLE, UNKNOWN_HOST ->
          ("check the network and https_proxy; where %s cannot be reached, name a mirror:"
                  + " skiff config set mirrors.%s https://HOST")
              .formatted(host, host);
      case PROXY ->
          "set https_proxy (http_proxy with --no-https) to http://[USER:PASSWORD@]HOST:PORT, what is no"
              + " letter or digit in the password as %XX; or exempt the host with no_proxy";
      case TLS ->
          "if its certificate is of an authority of your own: skiff config set ca-files.%s FILE.pem"
              .formatted(failure.host());
      case CALLER ->
          "ask whoever runs it for a certificate and its key: skiff config set client-certificates.%s FILE.pem"
              .formatted(failure.host());
      case PLAIN_HTTP ->
          "add --no-https if you trust the way to it, or: skiff config set insecure %s"
              .formatted(failure.host());
      case OFFLINE -> "leave out --offline once, with a network, so that the cache has it";
      case PROTOCOL -> "check that %s is a registry of container images".formatted(failure.host());
    };
  }
}
