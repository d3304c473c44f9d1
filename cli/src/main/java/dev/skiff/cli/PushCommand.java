package dev.skiff.cli;

import dev.skiff.builder.convert.SourceReader.Wish;
import dev.skiff.builder.convert.SourceSpec;
import dev.skiff.builder.oci.LayeredTargets;
import dev.skiff.builder.plan.SifAddress;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.builder.progress.BuildEvent.Delivered;
import dev.skiff.builder.progress.BuildEvent.StepFinished;
import dev.skiff.builder.progress.BuildEvent.StepStarted;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.push.SifUpload;
import dev.skiff.builder.registry.BlobCache;
import dev.skiff.builder.registry.RegistryPush.Result;
import dev.skiff.builder.store.StoreLease;
import dev.skiff.cli.output.Amounts;
import dev.skiff.cli.output.BuildProgress;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.ImageReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff push`.
@Command(
    name = "push",
    description = "Send an image to a registry.",
    footer = {
      "",
      "To docker:// goes a container image that Docker and Kubernetes run: the very layers of an OCI image, or of the",
      "one that a SIF file was made of, and a layer of what a definition changed; one layer where those cannot be had.",
      "What the registry has already is not sent again. To oras:// goes the SIF file.",
      "Standard output gets one line: HOST/NAME@DIGEST.",
      "",
      "IMAGE is a SIF file, a SquashFS image or a sandbox; or oci:DIR[:TAG], oci-archive:FILE[:TAG],",
      "docker-archive:FILE[:NAME], docker-daemon:NAME, docker://NAME:TAG; or a SIF file of a server: oras://NAME:TAG,",
      "library://PATH:TAG.",
      "",
      "Examples:",
      "  skiff push app.sif docker://registry.lab/team/app:1.0",
      "  skiff push app.sif oras://registry.lab/team/app-sif:1.0   # skiff pull oras://... gets the file back",
      "  skiff push oci:app:latest docker://registry.lab/team/app:1.0"
    })
final class PushCommand extends Subcommand {

  private static final String DOCKER = "docker://";
  private static final String ORAS = "oras://";

  @Parameters(index = "0", paramLabel = "IMAGE", description = "What to send.")
  private String image = "";

  @Parameters(
      index = "1",
      paramLabel = "URI",
      description = "docker://NAME:TAG or oras://NAME:TAG.")
  private String uri = "";

  @Option(names = "--one-layer", description = "Send one layer, whatever a file was made of.")
  private boolean oneLayer;

  @Option(names = "--tmpdir", paramLabel = "DIR", description = "Where a layer is put meanwhile.")
  private Optional<Path> temporary = Optional.empty();

  @Mixin private ArchitectureOptions architecture = new ArchitectureOptions();
  @Mixin private RegistryOptions registry = new RegistryOptions();

  /// Only library:// asks for signatures.
  @Option(
      names = {"-U", "--allow-unsigned"},
      description = "Accepted: registries take images without signatures.")
  void acceptUnsigned(boolean given) {}

  @Override
  int run(Terminal terminal) {
    Target target = target(terminal);
    try (BuildProgress progress = new BuildProgress(terminal)) {
      if (uri.startsWith(ORAS)) {
        sendFile(terminal, progress);
      } else {
        SourceSpec source = SourceSpec.parse(image, "cannot push", Path.of("").toAbsolutePath());
        new ConversionSession(terminal, registry, temporary, architecture.chosen())
            .run(
                source,
                target,
                oneLayer ? Wish.ONE_LAYER : Wish.KNOWN_LAYERS,
                new Telling(terminal, progress));
      }
    }
    return ExitCode.DONE.status();
  }

  /// Tells what was sent, and where it is on standard output; of the steps nothing.
  private record Telling(Terminal terminal, BuildProgress progress) implements BuildListener {

    @Override
    public void on(BuildEvent event) {
      switch (event) {
        case StepStarted _, StepFinished _ -> {}
        case BuildEvent.Noted(String text) -> terminal.inform("sending " + text);
        case Delivered delivered -> tell(delivered);
        case BuildEvent.OutputLine _,
            BuildEvent.BytesMoved _,
            BuildEvent.PartMoved _,
            BuildEvent.PhaseFinished _,
            BuildEvent.Warned _ ->
            progress.on(event);
      }
    }

    private void tell(Delivered delivered) {
      String there = delivered.there() == 0 ? "" : ", %d were there".formatted(delivered.there());
      terminal.inform(
          "pushed: %d blobs sent, %s%s"
              .formatted(delivered.sent(), Amounts.size(delivered.sentBytes()), there));
      terminal.show(delivered.name() + "\n");
    }
  }

  private void sendFile(Terminal terminal, BuildProgress progress) {
    ImageReference reference = RegistryClients.reference(uri);
    try (StoreLease _ = StoreLease.begin(BlobCache.of(registry.environment(terminal)).root());
        RegistryClients clients = new RegistryClients(registry, terminal, progress)) {
      Path file = file(clients);
      Result result = new SifUpload(file, clients.push(reference), progress).send();
      new Telling(terminal, progress)
          .on(
              new Delivered(
                  "%s/%s@%s"
                      .formatted(reference.registry(), reference.repository(), result.digest()),
                  result.sent(),
                  result.sentBytes(),
                  result.there()));
    }
  }

  /// The file that was named, fetched if a server keeps it.
  private Path file(RegistryClients clients) {
    Path path = Path.of(image);
    Optional<SifAddress> served = Files.exists(path) ? Optional.empty() : SifAddress.ofUri(image);
    return served.map(address -> clients.sif(address, architecture.chosen())).orElse(path);
  }

  private Target target(Terminal terminal) {
    if (!uri.startsWith(DOCKER) && !uri.startsWith(ORAS)) {
      boolean library = uri.startsWith("library:");
      throw new ProblemException(
          new Problem(
              "cannot push to '%s'".formatted(uri),
              library
                  ? "Skiff sends images to registries, not to libraries"
                  : "it names neither docker:// nor oras://",
              "write for example: skiff push %s oras://HOST/NAME:TAG".formatted(image)),
          ExitCode.USAGE);
    }
    String name = uri.replaceFirst("^(docker|oras)://", "");
    Target target =
        new Target(Path.of(""), Target.Form.REGISTRY, Target.Existing.REPLACE, Optional.of(name));
    LayeredTargets.check(target, registry.environment(terminal));
    return target;
  }
}
