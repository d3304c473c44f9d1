package dev.skiff.definitions.syntax;

import static dev.skiff.definitions.syntax.HeaderKey.BUILD_ARGS;
import static dev.skiff.definitions.syntax.HeaderKey.CONF_URL;
import static dev.skiff.definitions.syntax.HeaderKey.FILENAME;
import static dev.skiff.definitions.syntax.HeaderKey.FINGERPRINTS;
import static dev.skiff.definitions.syntax.HeaderKey.FROM;
import static dev.skiff.definitions.syntax.HeaderKey.FRONTEND;
import static dev.skiff.definitions.syntax.HeaderKey.INCLUDE;
import static dev.skiff.definitions.syntax.HeaderKey.LIBRARY;
import static dev.skiff.definitions.syntax.HeaderKey.MIRROR_URL;
import static dev.skiff.definitions.syntax.HeaderKey.MODULES;
import static dev.skiff.definitions.syntax.HeaderKey.NAMESPACE;
import static dev.skiff.definitions.syntax.HeaderKey.OS_VERSION;
import static dev.skiff.definitions.syntax.HeaderKey.OTHER_URL;
import static dev.skiff.definitions.syntax.HeaderKey.PRODUCT;
import static dev.skiff.definitions.syntax.HeaderKey.PRODUCT_PGP;
import static dev.skiff.definitions.syntax.HeaderKey.REGISTER_URL;
import static dev.skiff.definitions.syntax.HeaderKey.REGISTRY;
import static dev.skiff.definitions.syntax.HeaderKey.REG_CODE;
import static dev.skiff.definitions.syntax.HeaderKey.SETOPT;
import static dev.skiff.definitions.syntax.HeaderKey.TARGET;
import static dev.skiff.definitions.syntax.HeaderKey.UPDATE_URL;
import static dev.skiff.definitions.syntax.HeaderKey.USER;

import java.util.List;
import java.util.Optional;

/// Where a stage's first root file system comes from. The value in a file is lower case only, as
/// Apptainer reads it.
public enum Bootstrap {
  DOCKER("docker"),
  DOCKER_ARCHIVE("docker-archive"),
  DOCKER_DAEMON("docker-daemon"),
  OCI("oci"),
  OCI_ARCHIVE("oci-archive"),
  BUILDKIT("buildkit"),
  /// Another name of `buildkit`.
  DOCKERFILE("dockerfile"),
  ORAS("oras"),
  LIBRARY_SERVICE("library"),
  SHUB("shub"),
  LOCAL_IMAGE("localimage"),
  SCRATCH("scratch"),
  BUSYBOX("busybox"),
  DEBOOTSTRAP("debootstrap"),
  YUM("yum"),
  DNF("dnf"),
  ZYPPER("zypper"),
  ARCH("arch");

  private final String word;

  Bootstrap(String word) {
    this.word = word;
  }

  /// What follows `Bootstrap:` in a file.
  public String word() {
    return word;
  }

  /// Keys without which this agent cannot work, besides `Bootstrap` itself.
  public List<HeaderKey> requiredKeys() {
    return switch (this) {
      case DOCKER, DOCKER_ARCHIVE, DOCKER_DAEMON, OCI, OCI_ARCHIVE -> List.of(FROM);
      case BUILDKIT, DOCKERFILE, ORAS, LIBRARY_SERVICE, SHUB, LOCAL_IMAGE -> List.of(FROM);
      case BUSYBOX, YUM, DNF -> List.of(MIRROR_URL);
      case DEBOOTSTRAP -> List.of(OS_VERSION); // without MirrorURL the host's apt source is used
      case SCRATCH, ZYPPER, ARCH -> List.of();
    };
  }

  /// Keys that this agent reads when they are there.
  public List<HeaderKey> optionalKeys() {
    return switch (this) {
      case DOCKER -> List.of(REGISTRY, NAMESPACE);
      case DOCKER_ARCHIVE, DOCKER_DAEMON, OCI, OCI_ARCHIVE, SCRATCH, BUSYBOX -> List.of();
      case BUILDKIT, DOCKERFILE -> List.of(FILENAME, TARGET, FRONTEND, BUILD_ARGS);
      case ORAS, SHUB, LOCAL_IMAGE -> List.of(FINGERPRINTS);
      case LIBRARY_SERVICE -> List.of(LIBRARY, FINGERPRINTS);
      case DEBOOTSTRAP -> List.of(MIRROR_URL, INCLUDE);
      case YUM, DNF -> List.of(UPDATE_URL, OS_VERSION, INCLUDE, SETOPT);
      case ZYPPER ->
          List.of(
              MIRROR_URL,
              OS_VERSION,
              INCLUDE,
              UPDATE_URL,
              PRODUCT,
              USER,
              REG_CODE,
              PRODUCT_PGP,
              REGISTER_URL,
              MODULES,
              OTHER_URL);
      case ARCH -> List.of(CONF_URL, INCLUDE);
    };
  }

  /// The agent with exactly this word.
  public static Optional<Bootstrap> of(String word) {
    for (Bootstrap agent : values()) {
      if (agent.word.equals(word)) {
        return Optional.of(agent);
      }
    }
    return Optional.empty();
  }
}
