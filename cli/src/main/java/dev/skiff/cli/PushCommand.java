package dev.skiff.cli;

import dev.skiff.builder.push.ImagePush;
import dev.skiff.builder.push.ImagePush.Form;
import dev.skiff.builder.registry.RegistryClient;
import dev.skiff.builder.registry.RegistryPush.Result;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.cli.output.Amounts;
import dev.skiff.cli.output.BuildProgress;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.ImageReference;
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
      "To docker:// goes a container image that Docker and Kubernetes run: the very layers of the image that the file",
      "was made of, where no definition changed it and they can be had; else one layer. To oras:// goes the SIF file.",
      "Standard output gets one line: HOST/NAME@DIGEST.",
      "",
      "Examples:",
      "  skiff push app.sif docker://registry.lab/team/app:1.0",
      "  skiff push app.sif oras://registry.lab/team/app-sif:1.0   # skiff pull oras://... gets the file back"
    })
final class PushCommand extends Subcommand {

  private static final String DOCKER = "docker://";
  private static final String ORAS = "oras://";

  @Parameters(index = "0", paramLabel = "IMAGE", description = "A SIF file.")
  private Path image = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "URI",
      description = "docker://NAME:TAG or oras://NAME:TAG.")
  private String uri = "";

  @Option(names = "--one-layer", description = "Send one layer, whatever the file was made of.")
  private boolean oneLayer;

  @Option(names = "--tmpdir", paramLabel = "DIR", description = "Where a layer is put meanwhile.")
  private Optional<Path> temporary = Optional.empty();

  @Mixin private RegistryOptions registry = new RegistryOptions();

  /// Only library:// asks for signatures.
  @Option(
      names = {"-U", "--allow-unsigned"},
      description = "Accepted: registries take images without signatures.")
  void acceptUnsigned(boolean given) {}

  @Override
  int run(Terminal terminal) {
    ImageReference target = target();
    WorkingDirectory where = WorkingDirectory.choose(temporary, registry.environment(terminal));
    try (BuildProgress progress = new BuildProgress(terminal);
        RegistryClients clients =
            new RegistryClients(registry, terminal, progress, RegistryClients.Direction.PUSH)) {
      RegistryClient client = clients.client(target);
      ImagePush push = new ImagePush(image, client, where, progress);
      Form form = form(push);
      if (form instanceof Form.OneLayer(String why) && !oneLayer) {
        terminal.inform("sending one layer: " + why);
      }
      Result result = push.send(form, target);
      terminal.inform(text(target, result));
      terminal.show(
          "%s/%s@%s%n".formatted(target.registry(), target.repository(), result.digest()));
    }
    return ExitCode.DONE.status();
  }

  private Form form(ImagePush push) {
    if (uri.startsWith(ORAS)) {
      return new Form.Artifact();
    }
    return oneLayer ? new Form.OneLayer("") : push.layers();
  }

  private static String text(ImageReference target, Result result) {
    String there = result.there() == 0 ? "" : ", %d were there".formatted(result.there());
    return "pushed %s: %d blobs sent, %s%s"
        .formatted(target, result.sent(), Amounts.size(result.sentBytes()), there);
  }

  private ImageReference target() {
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
    ImageReference target = RegistryClients.reference(uri);
    if (target.digest().isPresent()) {
      throw new ProblemException(
          new Problem(
              "cannot push to '%s'".formatted(uri),
              "a digest is what comes of the image, and cannot be chosen",
              "name a tag"),
          ExitCode.USAGE);
    }
    return target;
  }
}
