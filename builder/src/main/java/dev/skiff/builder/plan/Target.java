package dev.skiff.builder.plan;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.ProblemException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a build leaves behind.
///
/// @param path where; the empty path if it is nowhere on this disk
/// @param form what stands there afterwards
/// @param existing what happens to what stands there
/// @param name of the image in a layout, archive or registry
public record Target(Path path, Form form, Existing existing, Optional<String> name) {

  private static final String SANDBOX = "sandbox:";
  private static final Pattern ADDRESS = Pattern.compile("[a-z][a-z0-9+.-]*://");

  /// The forms an image has on disk.
  public enum Form {
    SIF(""),
    SANDBOX(""),
    /// A directory of OCI blobs, which may hold other images.
    OCI_LAYOUT("oci:"),
    /// A tar of such a directory.
    OCI_ARCHIVE("oci-archive:"),
    /// What `docker load` reads.
    DOCKER_ARCHIVE("docker-archive:"),
    /// An image of a registry.
    REGISTRY("docker://"),
    /// An image of a Docker daemon.
    DAEMON("docker-daemon:");

    private final String prefix;

    Form(String prefix) {
      this.prefix = prefix;
    }

    /// Whether the image keeps its layers.
    public boolean isLayered() {
      return !prefix.isEmpty();
    }

    /// Whether it is a file or directory of this machine.
    public boolean isOnDisk() {
      return this != REGISTRY && this != DAEMON;
    }
  }

  /// What happens to a target that is there already.
  public enum Existing {
    /// The build stops before it begins.
    REFUSE,
    /// It is replaced, once the new one is complete.
    REPLACE,
    /// The sandbox is the base of the build.
    UPDATE
  }

  /// A SIF or a sandbox.
  public Target(Path path, Form form, Existing existing) {
    this(path, form, existing, Optional.empty());
  }

  /// What a person calls it.
  public String shown() {
    return form.isOnDisk() ? path.toString() : form.prefix + name.orElse("");
  }

  /// Reads `PATH`, `DIR/` or `sandbox:DIR`, `oci:DIR[:TAG]`, `oci-archive:FILE[:TAG]`,
  /// `docker-archive:FILE[:NAME]`, `docker://NAME` or `docker-daemon:NAME`.
  ///
  /// @param plain what a path alone means
  /// @throws ProblemException if it is an address of a kind that nothing is made at
  public static Target parse(String word, Form plain, Existing existing) {
    for (Form form : Form.values()) {
      if (form.isLayered() && word.startsWith(form.prefix)) {
        String rest = word.substring(form.prefix.length());
        if (!form.isOnDisk()) {
          String name = rest.startsWith("//") ? rest.substring(2) : rest;
          return new Target(Path.of(""), form, existing, Optional.of(name));
        }
        int colon = rest.indexOf(':');
        return colon < 0
            ? new Target(Path.of(rest), form, existing)
            : new Target(
                Path.of(rest.substring(0, colon)),
                form,
                existing,
                Optional.of(rest.substring(colon + 1)).filter(name -> !name.isEmpty()));
      }
    }
    if (word.startsWith(SANDBOX)) {
      return new Target(Path.of(word.substring(SANDBOX.length())), Form.SANDBOX, existing);
    }
    if (ADDRESS.matcher(word).lookingAt()) {
      throw new ProblemException(PlanProblems.noTarget(word), ExitCode.USAGE);
    }
    return new Target(Path.of(word), word.endsWith("/") ? Form.SANDBOX : plain, existing);
  }
}
