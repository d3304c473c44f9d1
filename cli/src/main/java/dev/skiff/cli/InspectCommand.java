package dev.skiff.cli;

import dev.skiff.builder.inspect.DescribedImage;
import dev.skiff.builder.inspect.DescriptionText;
import dev.skiff.builder.inspect.Selection;
import dev.skiff.builder.inspect.Selection.Scope;
import dev.skiff.builder.metadata.Description.Part;
import dev.skiff.builder.metadata.ImageDescription;
import dev.skiff.cli.output.LayersDrawing;
import dev.skiff.cli.output.ScreenWidth;
import dev.skiff.cli.output.SpaceDrawing;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.host.HostProbe;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Stack;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff inspect`.
@Command(
    name = "inspect",
    description = {
      "Show what an image says about itself, where it came from, or what takes the room in it.",
      "Starts nothing and mounts nothing. IMAGE is a SIF file, of OCI blobs too, a SquashFS file,",
      "a sandbox, or a URI:",
      "docker://NAME:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE.",
      "On a terminal, control characters in an image's texts are printed as \\u001b and the like."
    },
    footer = {
      "",
      "Examples:",
      "  skiff inspect app.sif              # its labels",
      "  skiff inspect -d -r app.sif        # its definition file, its runscript",
      "  skiff inspect --all app.sif        # all of it, as JSON",
      "  skiff inspect --layers app.sif     # the layers it was converted from",
      "  skiff inspect --tree=3 app.sif     # what takes the room in it"
    })
final class InspectCommand extends Subcommand {

  private static final int USUAL_DEPTH = 2;

  @Parameters(paramLabel = "IMAGE", description = "What to look into.")
  private String image = "";

  @Option(
      names = {"-l", "--labels"},
      description = "Its labels (default).")
  private boolean labels;

  @Option(
      names = {"-d", "--deffile"},
      description = "The definition file it was built from.")
  private boolean deffile;

  @Option(
      names = {"-r", "--runscript"},
      description = "What 'run' starts.")
  private boolean runscript;

  @Option(
      names = {"-s", "--startscript"},
      description = "What an instance starts.")
  private boolean startscript;

  @Option(
      names = {"-t", "--test"},
      description = "What 'test' starts.")
  private boolean test;

  @Option(
      names = {"-e", "--environment"},
      description = "The scripts that set its variables.")
  private boolean environment;

  @Option(
      names = {"-H", "--helpfile"},
      description = "Its help, as run-help prints it.")
  private boolean helpfile;

  @Option(names = "--all", description = "All of the above and all apps, as JSON.")
  private boolean all;

  @Option(names = "--app", paramLabel = "NAME", description = "Of one of its apps.")
  private Optional<String> app = Optional.empty();

  @Option(names = "--list-apps", description = "The names of its apps.")
  private boolean listApps;

  @Option(names = "--layers", description = "The layers it was made of, and what made them.")
  private boolean layers;

  @Option(
      names = "--tree",
      paramLabel = "DEPTH",
      arity = "0..1",
      fallbackValue = "2",
      preprocessor = OnlyAttached.class,
      description = "What takes the room, by directory down to DEPTH (default: 2).")
  private Optional<Integer> treeDepth = Optional.empty();

  @Option(
      names = {"-j", "--json"},
      description = "Print JSON.")
  private boolean json;

  @Mixin private RegistryOptions registry = new RegistryOptions();

  /// Takes a depth only if it is written as `--tree=3`: what follows is the image.
  static final class OnlyAttached implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> words, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      if (!"=".equals(info.get("separator"))) {
        var _ = words.push(option.isOption() ? Integer.toString(USUAL_DEPTH) : "");
      }
      return false;
    }
  }

  @Override
  int run(Terminal terminal) {
    Map<String, String> variables = HostProbe.callerEnvironment(System.getenv());
    InspectedImage opened = new InspectedImage(image, terminal, registry);
    requireOneView();
    if (layers) {
      showLayers(terminal, opened, variables);
    } else if (treeDepth.isPresent()) {
      showTree(terminal, opened, variables);
    } else {
      showDescription(terminal, opened);
    }
    return ExitCode.DONE.status();
  }

  private void requireOneView() {
    boolean parts = !parts().isEmpty() || all || listApps || app.isPresent();
    boolean several = layers && treeDepth.isPresent();
    if (several || (parts && (layers || treeDepth.isPresent()))) {
      throw new ProblemException(
          new Problem(
              "cannot do 'skiff inspect'",
              "--layers and --tree are looked at alone",
              "ask once for each, with --json if a program reads it"),
          ExitCode.USAGE);
    }
    if (treeDepth.orElse(0) < 0) {
      throw new ProblemException(
          new Problem(
              "cannot do 'skiff inspect'",
              "a depth of %d is none".formatted(treeDepth.get()),
              "give 0 or more, as in --tree=3"),
          ExitCode.USAGE);
    }
  }

  private Set<Part> parts() {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    Map.of(
            Part.LABELS, labels,
            Part.DEFFILE, deffile,
            Part.RUNSCRIPT, runscript,
            Part.STARTSCRIPT, startscript,
            Part.TEST, test,
            Part.ENVIRONMENT, environment,
            Part.HELPFILE, helpfile)
        .forEach((part, asked) -> {
          if (asked) {
            parts.add(part);
          }
        });
    return parts;
  }

  private Selection selection() {
    if (all) {
      return Selection.everything();
    }
    Set<Part> parts = parts();
    if (parts.isEmpty() && !listApps) {
      parts.add(Part.LABELS);
    }
    return new Selection(parts, app, listApps ? Scope.PARTS_AND_APPS : Scope.PARTS);
  }

  private void showDescription(Terminal terminal, InspectedImage opened) {
    Selection wanted = selection();
    DescribedImage described = opened.description();
    described.damage().ifPresent(why -> terminal.warn(InspectedImage.damaged(image, why)));
    ImageDescription selected = described.select(wanted);
    terminal.show(
        json || all ? selected.indentedJson() + "\n" : DescriptionText.of(selected, wanted));
  }

  private void showLayers(Terminal terminal, InspectedImage opened, Map<String, String> variables) {
    var found = opened.layers();
    terminal.show(
        json
            ? found.indentedJson() + "\n"
            : LayersDrawing.of(found, ScreenWidth.columns(terminal, variables)));
  }

  private void showTree(Terminal terminal, InspectedImage opened, Map<String, String> variables) {
    var count = opened.space(treeDepth.orElse(USUAL_DEPTH));
    terminal.show(
        json
            ? SpaceDrawing.json(count.root(), count.largest()) + "\n"
            : SpaceDrawing.of(
                image, count.root(), count.largest(), ScreenWidth.columns(terminal, variables)));
    if (count.root().unreadable() > 0) {
      terminal.warn(InspectedImage.unreadable(image, count.root().unreadable()));
    }
  }
}
