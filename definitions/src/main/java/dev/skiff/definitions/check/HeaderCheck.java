package dev.skiff.definitions.check;

import dev.skiff.definitions.finding.Findings;
import dev.skiff.definitions.finding.HeaderFinding;
import dev.skiff.definitions.finding.Nearest;
import dev.skiff.definitions.problem.SourceSpan;
import dev.skiff.definitions.syntax.Bootstrap;
import dev.skiff.definitions.syntax.Header;
import dev.skiff.definitions.syntax.HeaderKey;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether a header names an agent and gives it what it needs.
final class HeaderCheck {

  /// A subscription to SUSE needs all of these.
  private static final List<HeaderKey> SUBSCRIPTION =
      List.of(HeaderKey.PRODUCT, HeaderKey.USER, HeaderKey.REG_CODE);

  private final Header header;
  private final Findings findings;

  private HeaderCheck(Header header, Findings findings) {
    this.header = header;
    this.findings = findings;
  }

  static void check(Header header, Findings findings) {
    HeaderCheck check = new HeaderCheck(header, findings);
    header.entry(HeaderKey.BOOTSTRAP).ifPresent(check::checkBootstrap);
  }

  private void checkBootstrap(Header.Entry entry) {
    Optional<Bootstrap> agent = Bootstrap.of(entry.value());
    if (entry.value().isEmpty()) {
      findings.add(new HeaderFinding.MissingBootstrap(entry.keyPlace()));
    } else if (agent.isEmpty()) {
      List<String> words = Arrays.stream(Bootstrap.values()).map(Bootstrap::word).toList();
      findings.add(
          new HeaderFinding.UnknownBootstrap(
              entry.valuePlace(),
              entry.value(),
              Nearest.of(entry.value(), words).orElse(Bootstrap.DOCKER.word())));
    } else {
      checkKeys(agent.orElseThrow(), entry.valuePlace());
    }
  }

  private void checkKeys(Bootstrap agent, SourceSpan place) {
    agent.requiredKeys().forEach(key -> require(key, agent, place));
    if (agent == Bootstrap.ZYPPER && SUBSCRIPTION.stream().anyMatch(this::has)) {
      SUBSCRIPTION.forEach(key -> require(key, agent, place));
    }
    if (readsOsVersion(agent) && namesOsVersion()) {
      require(HeaderKey.OS_VERSION, agent, place);
    }
    for (Header.Entry entry : header.entries()) {
      if (!isRead(entry.key(), agent)) {
        findings.add(
            new HeaderFinding.UnusedHeaderKey(entry.keyPlace(), entry.spelling(), agent.word()));
      }
    }
    if (agent.optionalKeys().contains(HeaderKey.FINGERPRINTS)) {
      header.entry(HeaderKey.FINGERPRINTS).ifPresent(this::checkFingerprints);
    }
    header
        .entry(HeaderKey.FROM)
        .filter(from -> !from.value().isEmpty())
        .ifPresent(from -> checkReference(agent, from));
  }

  /// None at all is none to be checked by either: a template may have left it out by mistake.
  private void checkFingerprints(Header.Entry entry) {
    for (String fingerprint : entry.value().split(",", -1)) {
      if (!fingerprint.strip().matches("[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}")) {
        findings.add(
            new HeaderFinding.MalformedFingerprint(entry.valuePlace(), fingerprint.strip()));
      }
    }
  }

  private static boolean isRead(HeaderKey key, Bootstrap agent) {
    return key == HeaderKey.BOOTSTRAP
        || key == HeaderKey.STAGE
        || agent.requiredKeys().contains(key)
        || agent.optionalKeys().contains(key);
  }

  private static boolean readsOsVersion(Bootstrap agent) {
    return agent == Bootstrap.YUM || agent == Bootstrap.DNF; // zypper falls back on the host's own
  }

  private boolean namesOsVersion() {
    return header.entries().stream()
        .filter(entry -> entry.key() != HeaderKey.OS_VERSION)
        .anyMatch(entry -> entry.value().toUpperCase(Locale.ROOT).contains("%{OSVERSION}"));
  }

  private void require(HeaderKey key, Bootstrap agent, SourceSpan place) {
    if (!has(key)) {
      findings.add(
          new HeaderFinding.MissingHeaderKey(
              place, agent.word(), key.spelling(), example(key, agent)));
    }
  }

  private boolean has(HeaderKey key) {
    return header.value(key).isPresent();
  }

  private static String example(HeaderKey key, Bootstrap agent) {
    if (key == HeaderKey.OS_VERSION) {
      return agent == Bootstrap.DEBOOTSTRAP ? "bookworm" : "9";
    }
    return switch (agent) {
      case DOCKER, DOCKER_DAEMON -> "debian:12";
      case DOCKER_ARCHIVE, OCI_ARCHIVE -> "image.tar";
      case OCI -> "layout-directory:tag";
      case BUILDKIT, DOCKERFILE -> ".";
      case ORAS -> "registry.example.org/group/image:1.0";
      case LIBRARY_SERVICE, SHUB -> "user/collection/image:1.0";
      case LOCAL_IMAGE -> "base.sif";
      case BUSYBOX -> "https://busybox.net/downloads/binaries/1.35.0-x86_64-linux-musl";
      case YUM, DNF -> "https://dl.rockylinux.org/pub/rocky/%{OSVERSION}/BaseOS/x86_64/os/";
      case ZYPPER ->
          switch (key) {
            case PRODUCT -> "SLES";
            case USER -> "name@example.org";
            default -> "0123456789ABCDEF";
          };
      case DEBOOTSTRAP, SCRATCH, ARCH -> "value";
    };
  }

  private void checkReference(Bootstrap agent, Header.Entry from) {
    switch (agent) {
      case DOCKER, ORAS, LIBRARY_SERVICE -> {
        if (!isPinned(from.value())) {
          findings.add(new HeaderFinding.UnpinnedTag(from.valuePlace(), from.value()));
        }
      }
      case DOCKER_DAEMON -> {
        if (tag(from.value()).isEmpty()) {
          findings.add(new HeaderFinding.MissingTag(from.valuePlace(), from.value()));
        }
      }
      case DOCKER_ARCHIVE,
          OCI,
          OCI_ARCHIVE,
          BUILDKIT,
          DOCKERFILE,
          SHUB,
          LOCAL_IMAGE,
          SCRATCH,
          BUSYBOX,
          DEBOOTSTRAP,
          YUM,
          DNF,
          ZYPPER,
          ARCH -> {
        // not a name that somebody else can move
      }
    }
  }

  private static boolean isPinned(String reference) {
    return reference.contains("@")
        || reference.contains("{{") // undefined, which is an error of its own
        || tag(reference).filter(tag -> !tag.equals("latest")).isPresent();
  }

  private static Optional<String> tag(String reference) {
    String name = reference.substring(reference.lastIndexOf('/') + 1);
    int colon = name.indexOf(':');
    return colon < 0 || colon + 1 == name.length()
        ? Optional.empty()
        : Optional.of(name.substring(colon + 1));
  }
}
