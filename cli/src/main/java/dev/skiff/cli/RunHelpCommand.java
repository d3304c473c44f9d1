package dev.skiff.cli;

import dev.skiff.builder.inspect.DescribedImage;
import dev.skiff.builder.inspect.DescriptionText;
import dev.skiff.builder.inspect.Selection;
import dev.skiff.builder.inspect.Selection.Scope;
import dev.skiff.builder.metadata.Description.Part;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff run-help`: what `inspect --helpfile` prints, or that there is none.
@Command(
    name = "run-help",
    description = {
      "Print what an image, or one of its apps, says about its use: its %%help or %%apphelp.",
      "Starts nothing."
    },
    footer = {"", "Examples:", "  skiff run-help app.sif", "  skiff run-help --app solver app.sif"})
final class RunHelpCommand extends Subcommand {

  @Parameters(
      paramLabel = "IMAGE",
      description = "A SIF or SquashFS file, a sandbox, or docker://NAME:TAG.")
  private String image = "";

  @Option(names = "--app", paramLabel = "NAME", description = "The help of one of its apps.")
  private Optional<String> app = Optional.empty();

  @Mixin private RegistryOptions registry = new RegistryOptions();

  @Override
  int run(Terminal terminal) {
    DescribedImage described = new InspectedImage(image, terminal, registry).description();
    Selection wanted = new Selection(Set.of(Part.HELPFILE), app, Scope.PARTS);
    String help = DescriptionText.of(described.select(wanted), wanted);
    terminal.show(help.isEmpty() ? "No help sections were defined for this image\n" : help);
    return ExitCode.DONE.status();
  }
}
