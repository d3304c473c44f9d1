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
        "write one of docker, oci, oci-archive, docker-archive, localimage, oras, library, shub,"
            + " scratch, debootstrap, yum, zypper, arch, busybox, docker-daemon, dockerfile, in lower"
            + " case",
        place(header, HeaderKey.BOOTSTRAP));
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
      case OS_VERSION -> agent == Bootstrap.DEBOOTSTRAP ? "bookworm" : "9";
      case MIRROR_URL ->
          switch (agent) {
            case YUM, DNF -> "https://dl.rockylinux.org/pub/rocky/9/BaseOS/x86_64/os/";
            case ZYPPER -> "https://download.opensuse.org/distribution/leap/15.6/repo/oss/";
            default ->
                "https://www.busybox.net/downloads/binaries/1.35.0-x86_64-linux-musl/busybox";
          };
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

  static Problem badAddress(Header header, HeaderKey key, String found) {
    return new Problem(
        "cannot use '%s: %s'".formatted(key.spelling(), found),
        "it is no address: a scheme such as http:// is missing, or a character is not allowed",
        "write %s: http://HOST/PATH".formatted(key.spelling()),
        place(header, key));
  }

  static Problem badRelease(Header header, String found) {
    return new Problem(
        "cannot use 'OSVersion: %s'".formatted(found),
        "SUSE Linux Enterprise numbers its releases",
        "write OSVersion: 15.6",
        place(header, HeaderKey.OS_VERSION));
  }

  static Problem keyNotByHttps(String found) {
    return new Problem(
        "cannot check packages by the key '%s'".formatted(found),
        "gpg key must be fetched with https: whoever changes it on the way can change the packages",
        "let the variable GPG name an https:// address, or unset it");
  }

  /// A target that is an address, though not of a registry's images.
  static Problem noTarget(String word) {
    return new Problem(
        "cannot build '%s'".formatted(word),
        "what is built is a file or directory, docker://NAME:TAG or docker-daemon:NAME",
        word.startsWith("oras://")
            ? "build a SIF file and send it: skiff push FILE.sif " + word
            : "build a SIF file: skiff build FILE.sif ...");
  }

  static Problem signaturesNotChecked(Header header) {
    return new Problem(
        "cannot start from an image that others have to have signed",
        "the header names Fingerprints, and this version of skiff checks no signatures",
        "check it by other means, as in 'apptainer verify image.sif', and start from that file"
            + " without the line Fingerprints",
        place(header, HeaderKey.FINGERPRINTS));
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
