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
import dev.skiff.image.oci.Platform;
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
    description =
        "Fetch an image from a registry and convert it to a SIF file; oras://, library://, shub:// and"
            + " https:// name a file that is one.",
    footer = {
      "",
      "Examples:",
      "  skiff pull docker://ubuntu:24.04                 # makes ubuntu_24.04.sif",
      "  skiff pull app.sif docker-daemon:app:1.0         # an image of the Docker daemon",
      "  skiff pull app.sif oras://registry.lab/team/app-sif:1.0",
      "  skiff pull https://files.lab/images/app.sif",
      "  skiff pull tf.sif docker://nvcr.io/nvidia/tensorflow:20.10-tf2-py3"
    })
final class PullCommand extends Subcommand {

  @Parameters(
      arity = "1..2",
      paramLabel = "[OUT] URI",
      hideParamSyntax = true,
      description =
          "The file to make (default: NAME_TAG.sif), and docker://, oras://, library://, shub://"
              + " or https://REFERENCE.")
  private List<String> words = List.of();

  @Option(
      names = {"-F", "--force"},
      description = "Replace an existing file.")
  private boolean force;

  @Option(names = "--dir", paramLabel = "DIR", description = "Where to put the file.")
  private Optional<Path> directory = Optional.empty();

  @Option(names = "--name", paramLabel = "FILE", hidden = true)
  private Optional<String> name = Optional.empty();

  @Option(names = "--sandbox", description = "Make a directory in place of a SIF file.")
  private boolean sandbox;

  /// For `skiff exec docker://...`: puts the image into the cache and prints where it is.
  @Option(names = "--into-cache", hidden = true)
  private boolean intoCache;

  @Mixin private ArchitectureOptions architecture = new ArchitectureOptions();
  @Mixin private ImageFormatOptions format = new ImageFormatOptions();
  @Mixin private ProgressOptions progress = new ProgressOptions();
  @Mixin private ReuseOptions reuse = new ReuseOptions();
  @Mixin private RegistryOptions registry = new RegistryOptions();

  /// Only images of library:// carry signatures that a pull could check.
  @Option(
      names = {"-U", "--allow-unsigned"},
      description = "Accepted: an OCI image is checked by its digests, not by signatures.")
  void acceptUnsigned(boolean given) {}

  @Option(names = "--allow-unauthenticated", description = "The same in an older word.")
  void acceptUnauthenticated(boolean given) {}

  @Override
  int run(Terminal terminal) {
    Map<String, String> environment = registry.environment(terminal);
    String uri = words.getLast();
    if (!uri.contains(":")) {
      throw noTransport(uri);
    }
    if (SifPull.isMeant(uri)) {
      return pullSif(terminal, uri);
    }
    BuildRequest.Image image = image(terminal, environment);
    if (intoCache) {
      return new CachedImage(terminal, environment, registry, image).print(uri);
    }
    return new BuildSession(terminal, registry)
        .build(request(uri, target(uri), environment, image), progress.report(terminal));
  }

  private int pullSif(Terminal terminal, String uri) {
    SifPull pull = new SifPull(terminal, registry, uri, wanted());
    if (intoCache) {
      terminal.out().println(pull.cached());
    } else if (sandbox) {
      throw new ProblemException(
          new Problem(
              "cannot pull '%s' as a directory".formatted(uri),
              "it is a SIF file, which is fetched as it is",
              "fetch it, then: skiff build --sandbox DIR FILE.sif"),
          ExitCode.USAGE);
    } else {
      pull.to(target(uri), force ? Existing.REPLACE : Existing.REFUSE);
    }
    return ExitCode.DONE.status();
  }

  private Platform wanted() {
    try {
      return architecture.platform().map(Platform::parse).orElseGet(Platform::host);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          new Problem(
              "cannot pull for '%s'".formatted(architecture.platform().orElse("")),
              String.valueOf(e.getMessage()),
              "name an architecture such as amd64 or arm64"),
          ExitCode.USAGE);
    }
  }

  private BuildRequest request(
      String uri, Path target, Map<String, String> environment, BuildRequest.Image image) {
    Reading reading = BuildSpec.read(uri, BuildArguments.none());
    if (!(reading instanceof Reading.Accepted accepted)) {
      throw noTransport(uri);
    }
    Existing existing = force ? Existing.REPLACE : Existing.REFUSE;
    Target made = new Target(target, sandbox ? Form.SANDBOX : Form.SIF, existing);
    return BuildRequest.of(accepted.definition(), made, environment).with(image);
  }

  private BuildRequest.Image image(Terminal terminal, Map<String, String> environment) {
    return new BuildRequest.Image(
        format.squashfs(registry.config(terminal), environment),
        format.format(registry.config(terminal)),
        architecture.platform(),
        BuildRequest.Permissions.AS_THEY_ARE,
        format.reproduction(),
        reuse.read(environment));
  }

  private Path target(String uri) {
    if (words.size() == 2 && name.isPresent()) {
      throw new ProblemException(
          new Problem(
              "cannot pull '%s'".formatted(uri),
              "the file is named twice: '%s' and --name '%s'"
                  .formatted(words.getFirst(), name.get()),
              "leave out one of the two"),
          ExitCode.USAGE);
    }
    String file = words.size() == 2 ? words.getFirst() : name.orElseGet(() -> defaultName(uri));
    return directory.map(parent -> parent.resolve(file)).orElse(Path.of(file));
  }

  private static String defaultName(String uri) {
    if (SifPull.isMeant(uri)) {
      return SifPull.fileName(uri);
    }
    if (uri.startsWith("docker://")) {
      return DefaultImageName.of(RegistryClients.reference(uri));
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
