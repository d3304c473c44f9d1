package dev.skiff.image.oci;

import java.util.Optional;
import java.util.regex.Pattern;

/// The name of an image in a registry, with Docker's defaults filled in.
///
/// @param registry host, with `:port` if there is one; `docker.io` when none was typed
/// @param repository path within the registry; `library/` stands before a lone name of docker.io
/// @param tag the tag; `latest` when neither tag nor digest was typed
/// @param digest the manifest's digest, which then decides, whatever the tag says
/// @see <a href="https://github.com/distribution/reference/blob/main/reference.go">the grammar</a>
public record ImageReference(
    String registry, String repository, Optional<String> tag, Optional<Digest> digest) {

  /// The registry meant when none is named.
  public static final String DOCKER_HUB = "docker.io";

  private static final int LONGEST_REPOSITORY = 255;
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?)(:[0-9]{1,5})?");
  private static final Pattern COMPONENT =
      Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

  /// Reads `[docker://][HOST[:PORT]/]PATH[:TAG][@DIGEST]`.
  ///
  /// @throws InvalidImageReferenceException if the text has another form
  public static ImageReference parse(String text) {
    String rest = text.strip();
    rest = rest.startsWith("docker://") ? rest.substring("docker://".length()) : rest;
    if (rest.isEmpty()) {
      throw new InvalidImageReferenceException(text, "it is empty");
    }
    Optional<Digest> digest = Optional.empty();
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Optional.of(digest(text, rest.substring(at + 1)));
      rest = rest.substring(0, at);
    }
    Optional<String> tag = Optional.empty();
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = Optional.of(tag(text, rest.substring(colon + 1)));
      rest = rest.substring(0, colon);
    }
    if (tag.isEmpty() && digest.isEmpty()) {
      tag = Optional.of("latest");
    }
    return named(text, rest, tag, digest);
  }

  private static ImageReference named(
      String text, String name, Optional<String> tag, Optional<Digest> digest) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    if (!isHost(first)) {
      String repository = slash < 0 ? "library/" + name : name;
      return new ImageReference(DOCKER_HUB, repository(text, repository), tag, digest);
    }
    if (!HOST.matcher(first).matches()) {
      throw new InvalidImageReferenceException(text, "'%s' is no host name".formatted(first));
    }
    String registry = first.equals("index.docker.io") ? DOCKER_HUB : first;
    String path = name.substring(slash + 1);
    String repository =
        registry.equals(DOCKER_HUB) && path.indexOf('/') < 0 ? "library/" + path : path;
    return new ImageReference(registry, repository(text, repository), tag, digest);
  }

  /// Docker's rule: a first part is a host if it could not be the name of a user.
  private static boolean isHost(String first) {
    return first.equals("localhost")
        || first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || first.chars().anyMatch(Character::isUpperCase);
  }

  private static String repository(String text, String repository) {
    if (repository.length() > LONGEST_REPOSITORY) {
      throw new InvalidImageReferenceException(
          text, "the name has %d characters, at most 255 may be".formatted(repository.length()));
    }
    for (String part : repository.split("/", -1)) {
      if (part.isEmpty()) {
        throw new InvalidImageReferenceException(text, "a part of the name is empty");
      }
      if (!COMPONENT.matcher(part).matches()) {
        throw new InvalidImageReferenceException(
            text,
            "'%s' is not made of lower-case letters and digits, with '.', '_', '-' between them"
                .formatted(part));
      }
    }
    return repository;
  }

  private static String tag(String text, String tag) {
    if (!TAG.matcher(tag).matches()) {
      throw new InvalidImageReferenceException(
          text,
          "'%s' is no tag: 1 to 128 letters, digits, '_', '.', '-', not starting with '.' or '-'"
              .formatted(tag));
    }
    return tag;
  }

  private static Digest digest(String text, String digest) {
    try {
      return Digest.parse(digest);
    } catch (IllegalArgumentException e) {
      throw new InvalidImageReferenceException(text, String.valueOf(e.getMessage()));
    }
  }

  /// What the registry is asked for: the digest if there is one, else the tag.
  public String manifestName() {
    return digest.map(Digest::toString).orElseGet(() -> tag.orElse("latest"));
  }

  /// The whole name with defaults: `docker.io/library/alpine:latest`.
  @Override
  public String toString() {
    return registry
        + "/"
        + repository
        + tag.map(t -> ":" + t).orElse("")
        + digest.map(d -> "@" + d).orElse("");
  }
}
