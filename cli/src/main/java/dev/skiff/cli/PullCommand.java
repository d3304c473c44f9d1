package dev.skiff.cli;

import dev.skiff.builder.BuildRequest;
import dev.skiff.builder.BuildSpec;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.plan.Target.Existing;
import dev.skiff.builder.plan.Target.Form;
import dev.skiff.builder.registry.DefaultImageName;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.template.BuildArguments;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.runtime.host.HostProbe;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff pull`.
@Command(
    name = "pull",
    description = "Fetch an image from a registry and convert it to a SIF file.",
    footer = {
      "",
      "Examples:",
      "  skiff pull docker://ubuntu:24.04                 # makes ubuntu_24.04.sif",
      "  skiff pull tf.sif docker://nvcr.io/nvidia/tensorflow:20.10-tf2-py3"
    })
final class PullCommand extends Subcommand {

  @Parameters(
      arity = "1..2",
      paramLabel = "[OUT] URI",
      hideParamSyntax = true,
      description = "The file to make (default: NAME_TAG.sif), and docker://REFERENCE.")
  private List<String> words = List.of();

  @Option(
      names = {"-F", "--force"},
      description = "Replace an existing file.")
  private boolean force;

  @Option(names = "--dir", paramLabel = "DIR", description = "Where to put the file.")
  private Optional<Path> directory = Optional.empty();

  @Option(names = "--name", paramLabel = "FILE", hidden = true)
  private Optional<String> name = Optional.empty();

  @Option(names = "--arch", paramLabel = "ARCH", description = "amd64, arm64, ...")
  private Optional<String> architecture = Optional.empty();

  @Option(names = "--sandbox", description = "Make a directory in place of a SIF file.")
  private boolean sandbox;

  /// For `skiff exec docker://...`: puts the image into the cache and prints where it is.
  @Option(names = "--into-cache", hidden = true)
  private boolean intoCache;

  @Mixin private CompressionOptions compression = new CompressionOptions();
  @Mixin private ReuseOptions reuse = new ReuseOptions();
  @Mixin private RegistryOptions registry = new RegistryOptions();

  @Override
  int run(Terminal terminal) {
    Map<String, String> environment = HostProbe.callerEnvironment(System.getenv());
    String uri = words.getLast();
    if (!uri.contains(":")) {
      throw noTransport(uri);
    }
    BuildSession session = new BuildSession(terminal, environment, registry);
    if (intoCache) {
      return new CachedImage(terminal, environment, registry).print(uri);
    }
    return session.build(request(uri, target(uri), environment));
  }

  private BuildRequest request(String uri, Path target, Map<String, String> environment) {
    Reading reading = BuildSpec.read(uri, BuildArguments.none());
    if (!(reading instanceof Reading.Accepted accepted)) {
      throw noTransport(uri);
    }
    Existing existing = force ? Existing.REPLACE : Existing.REFUSE;
    Target made = new Target(target, sandbox ? Form.SANDBOX : Form.SIF, existing);
    BuildRequest plain = BuildRequest.of(accepted.definition(), made, environment);
    return new BuildRequest(
        plain.definition(),
        plain.target(),
        plain.scripts(),
        new BuildRequest.Image(
            compression.kind(),
            compression.level(),
            architecture,
            plain.image().permissions(),
            reuse.read(environment)),
        plain.workspace(),
        plain.environment(),
        plain.directory());
  }

  private Path target(String uri) {
    String file = words.size() == 2 ? words.getFirst() : name.orElseGet(() -> defaultName(uri));
    return directory.map(parent -> parent.resolve(file)).orElse(Path.of(file));
  }

  private static String defaultName(String uri) {
    String docker = "docker://";
    if (uri.startsWith(docker)) {
      return DefaultImageName.of(ImageReference.parse(uri));
    }
    String path = uri.substring(uri.indexOf(':') + 1);
    String last = path.substring(path.lastIndexOf('/') + 1).replace(':', '_');
    int dot = last.lastIndexOf(".tar");
    return (dot > 0 ? last.substring(0, dot) : last) + ".sif";
  }

  private static ProblemException noTransport(String uri) {
    return new ProblemException(
        new Problem(
            "cannot pull '%s'".formatted(uri),
            "No transport type URI supplied",
            "say where it is, as in skiff pull docker://" + uri),
        ExitCode.PROBLEM);
  }
}
