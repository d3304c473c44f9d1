package dev.skiff.builder.plan;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.SourceSpan;
import dev.skiff.definitions.syntax.Bootstrap;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.Header;
import dev.skiff.definitions.syntax.HeaderKey;
import dev.skiff.definitions.syntax.Stage;
import java.util.Optional;
import java.util.stream.Collectors;

/// What planning a build can run into.
final class PlanProblems {

  private PlanProblems() {}

  static Problem unknownAgent(Header header) {
    String found = header.value(HeaderKey.BOOTSTRAP).orElse("");
    return new Problem(
        "cannot start from 'Bootstrap: %s'".formatted(found),
        found.isEmpty()
            ? "no bootstrap specification found"
            : "invalid build source %s".formatted(found),
        "write one of docker, oci, oci-archive, docker-archive, localimage, scratch, debootstrap,"
            + " busybox, in lower case",
        place(header, HeaderKey.BOOTSTRAP));
  }

  static Problem agentNotYet(Header header, Bootstrap agent) {
    return new Problem(
        "cannot start from 'Bootstrap: %s'".formatted(agent.word()),
        "this version of skiff has no %s agent".formatted(agent.word()),
        instead(agent),
        place(header, HeaderKey.BOOTSTRAP));
  }

  private static String instead(Bootstrap agent) {
    return switch (agent) {
      case ORAS, LIBRARY_SERVICE, SHUB ->
          "fetch the SIF first and write 'Bootstrap: localimage' and 'From: image.sif'";
      case YUM, DNF ->
          "write 'Bootstrap: docker' and 'From: rockylinux:9', or another image of that"
              + " distribution";
      case ZYPPER -> "write 'Bootstrap: docker' and 'From: opensuse/leap:15'";
      case ARCH -> "write 'Bootstrap: docker' and 'From: archlinux:latest'";
      case DOCKER, DOCKER_ARCHIVE, OCI, OCI_ARCHIVE, LOCAL_IMAGE, SCRATCH, BUSYBOX, DEBOOTSTRAP ->
          throw new IllegalArgumentException(agent.word() + " is there");
      case DOCKER_DAEMON, BUILDKIT, DOCKERFILE ->
          throw new IllegalArgumentException(agent.word() + " is there");
    };
  }

  static Problem badBuildArgument(Header header, String word) {
    return new Problem(
        "cannot use 'BuildArgs: %s'".formatted(word),
        "it gives no value",
        "write NAME=VALUE, several with spaces between them",
        place(header, HeaderKey.BUILD_ARGS));
  }

  static Problem missingKey(Header header, Bootstrap agent, HeaderKey key) {
    return new Problem(
        "cannot start from 'Bootstrap: %s'".formatted(agent.word()),
        "invalid %s header, no %s specified"
            .formatted(agent.word(), key.spelling().toLowerCase(java.util.Locale.ROOT)),
        "add a line '%s: %s' to the header".formatted(key.spelling(), example(agent, key)),
        place(header, HeaderKey.BOOTSTRAP));
  }

  private static String example(Bootstrap agent, HeaderKey key) {
    return switch (key) {
      case OS_VERSION -> "bookworm";
      case MIRROR_URL ->
          "https://www.busybox.net/downloads/binaries/1.35.0-x86_64-linux-musl/busybox";
      case FROM ->
          switch (agent) {
            case LOCAL_IMAGE -> "base.sif";
            case OCI -> "layout:latest";
            case OCI_ARCHIVE, DOCKER_ARCHIVE -> "image.tar";
            case BUILDKIT, DOCKERFILE -> ".";
            case DOCKER,
                DOCKER_DAEMON,
                ORAS,
                LIBRARY_SERVICE,
                SHUB,
                SCRATCH,
                BUSYBOX,
                DEBOOTSTRAP,
                YUM,
                DNF,
                ZYPPER,
                ARCH ->
                "debian:bookworm";
          };
      default -> "VALUE";
    };
  }

  static Problem badAddress(Header header, String found) {
    return new Problem(
        "cannot use 'MirrorURL: %s'".formatted(found),
        "it is no address: a scheme such as http:// is missing, or a character is not allowed",
        "write MirrorURL: http://HOST/PATH",
        place(header, HeaderKey.MIRROR_URL));
  }

  static Problem noSuchStage(DefinitionFile definition, int number, String name, SourceSpan place) {
    String earlier =
        definition.stages().subList(0, number).stream()
            .map(Stage::name)
            .filter(stage -> !stage.isEmpty())
            .collect(Collectors.joining("', '"));
    return new Problem(
        "cannot copy files from stage '%s'".formatted(name),
        "stage %s was not found among the stages before this one".formatted(name),
        earlier.isEmpty()
            ? "give an earlier stage the header line 'Stage: %s'".formatted(name)
            : "write one of '%s'".formatted(earlier),
        Optional.of(place));
  }

  private static Optional<SourceSpan> place(Header header, HeaderKey key) {
    return header.entry(key).map(Header.Entry::valuePlace);
  }
}
