package dev.skiff.builder.plan;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.Bootstrap;
import dev.skiff.definitions.syntax.Header;
import dev.skiff.definitions.syntax.HeaderKey;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Reads a stage's header: which base it asks for.
///
/// @param directory what relative paths start from
/// @param environment of the caller, of which `INCLUDE` and `GPG` count
public record Bases(Path directory, Map<String, String> environment) {

  public Bases {
    environment = Map.copyOf(environment);
  }

  /// The base that a header asks for.
  ///
  /// @throws ProblemException if the agent is unknown or cannot be used, or a key is missing
  public Base of(Header header) {
    Bootstrap agent =
        header
            .bootstrap()
            .orElseThrow(() -> new ProblemException(PlanProblems.unknownAgent(header)));
    refuseFingerprints(header, agent);
    return switch (agent) {
      case DOCKER -> new Base.Registry(reference(header, agent));
      case DOCKER_ARCHIVE -> {
        Named from = named(header, agent);
        yield new Base.DockerArchive(from.path(), from.name());
      }
      case OCI -> {
        Named from = named(header, agent);
        yield new Base.OciLayout(from.path(), from.name());
      }
      case OCI_ARCHIVE -> {
        Named from = named(header, agent);
        yield new Base.OciArchive(from.path(), from.name());
      }
      case LOCAL_IMAGE ->
          new Base.LocalImage(directory.resolve(required(header, agent, HeaderKey.FROM)));
      case SCRATCH -> new Base.Scratch();
      case BUSYBOX -> new Base.Busybox(address(header, agent));
      case DEBOOTSTRAP -> debootstrap(header, agent);
      case DOCKER_DAEMON -> new Base.DaemonImage(required(header, agent, HeaderKey.FROM));
      case BUILDKIT, DOCKERFILE -> dockerfile(header, agent);
      case ORAS -> served(header, agent, SifAddress.Protocol.ORAS);
      case LIBRARY_SERVICE -> served(header, agent, SifAddress.Protocol.LIBRARY);
      case SHUB -> served(header, agent, SifAddress.Protocol.SHUB);
      case YUM, DNF -> new Base.Packages(packages(header, agent).yum());
      case ZYPPER -> new Base.Packages(packages(header, agent).zypper());
      case ARCH -> new Base.Packages(packages(header, agent).arch());
    };
  }

  /// Whoever wants signatures is not given an image without anybody having looked at them.
  private static void refuseFingerprints(Header header, Bootstrap agent) {
    if (agent.optionalKeys().contains(HeaderKey.FINGERPRINTS)
        && header.value(HeaderKey.FINGERPRINTS).isPresent()) {
      throw new ProblemException(PlanProblems.signaturesNotChecked(header));
    }
  }

  private static Base served(Header header, Bootstrap agent, SifAddress.Protocol protocol) {
    String from = required(header, agent, HeaderKey.FROM);
    String start = protocol.scheme() + "://";
    return new Base.ServedSif(
        new SifAddress(
            protocol,
            from.startsWith(start) ? from.substring(start.length()) : from,
            header.value(HeaderKey.LIBRARY)));
  }

  private PackageHeaders packages(Header header, Bootstrap agent) {
    return new PackageHeaders(header, agent, environment);
  }

  private static String reference(Header header, Bootstrap agent) {
    String from = required(header, agent, HeaderKey.FROM);
    String name = from.startsWith("docker://") ? from.substring("docker://".length()) : from;
    return String.join(
        "/",
        Stream.of(
                header.value(HeaderKey.REGISTRY),
                header.value(HeaderKey.NAMESPACE),
                Optional.of(name))
            .flatMap(Optional::stream)
            .toList());
  }

  /// `From` names the directory of the build, or the Dockerfile in it.
  private Base dockerfile(Header header, Bootstrap agent) {
    Path from = directory.resolve(required(header, agent, HeaderKey.FROM)).normalize();
    Optional<String> filename = header.value(HeaderKey.FILENAME);
    boolean isFile = filename.isEmpty() && Files.isRegularFile(from);
    Path context = isFile ? Optional.ofNullable(from.getParent()).orElse(directory) : from;
    Path file = isFile ? from : from.resolve(filename.orElse("Dockerfile"));
    Map<String, String> arguments = new TreeMap<>();
    for (String word : header.value(HeaderKey.BUILD_ARGS).orElse("").strip().split("\\s+", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        arguments.put(word.substring(0, equals), word.substring(equals + 1));
      } else if (!word.isEmpty()) {
        throw new ProblemException(PlanProblems.badBuildArgument(header, word));
      }
    }
    return new Base.Dockerfile(file, context, header.value(HeaderKey.TARGET), arguments);
  }

  private Named named(Header header, Bootstrap agent) {
    String from = required(header, agent, HeaderKey.FROM);
    int colon = from.indexOf(':');
    return colon < 0
        ? new Named(directory.resolve(from), Optional.empty())
        : new Named(
            directory.resolve(from.substring(0, colon)), Optional.of(from.substring(colon + 1)));
  }

  /// `PATH` or `PATH:NAME`.
  private record Named(Path path, Optional<String> name) {}

  private Base debootstrap(Header header, Bootstrap agent) {
    String include =
        header
            .value(HeaderKey.INCLUDE)
            .orElseGet(() -> environment.getOrDefault("INCLUDE", ""))
            .strip();
    Optional<URI> mirror =
        header.value(HeaderKey.MIRROR_URL).isEmpty()
            ? Optional.empty()
            : Optional.of(address(header, agent));
    return new Base.Debootstrap(
        required(header, agent, HeaderKey.OS_VERSION),
        mirror,
        include.isEmpty() ? List.of() : List.of(include.split("[\\s,]+", -1)));
  }

  private static URI address(Header header, Bootstrap agent) {
    String text = required(header, agent, HeaderKey.MIRROR_URL);
    String filled =
        header
            .value(HeaderKey.OS_VERSION)
            .map(version -> text.replaceAll("(?i)%\\{OSVERSION\\}", version))
            .orElse(text);
    try {
      URI address = new URI(filled);
      if (address.getScheme() != null) {
        return address;
      }
    } catch (java.net.URISyntaxException e) {
      throw new ProblemException(PlanProblems.badAddress(header, HeaderKey.MIRROR_URL, filled));
    }
    throw new ProblemException(PlanProblems.badAddress(header, HeaderKey.MIRROR_URL, filled));
  }

  private static String required(Header header, Bootstrap agent, HeaderKey key) {
    return header
        .value(key)
        .orElseThrow(() -> new ProblemException(PlanProblems.missingKey(header, agent, key)));
  }
}
