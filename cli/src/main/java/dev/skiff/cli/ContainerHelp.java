package dev.skiff.cli;

import dev.skiff.runtime.request.RunOption;
import dev.skiff.runtime.request.Verb;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// Help and completion of `exec`, `run`, `shell` and `test`, made from the one table of their
/// options. These commands are carried out by `ContainerCommand` without picocli, which would take
/// longer to start than the container.
final class ContainerHelp {

  private ContainerHelp() {}

  static void addTo(CommandLine root) {
    CommandLine instance =
        Objects.requireNonNull(root.getSubcommands().get("instance"), "the commands of instances");
    for (Verb verb : Verb.values()) {
      CommandLine parent = verb.isInstance() ? instance : root;
      parent.addSubcommand(verb.word(), new CommandLine(spec(verb)));
    }
  }

  private static CommandSpec spec(Verb verb) {
    CommandSpec spec = CommandSpec.create().name(verb.word());
    spec.usageMessage(
        new UsageMessageSpec()
            .autoWidth(true)
            .sortOptions(false)
            .abbreviateSynopsis(true)
            .description(description(verb))
            .footer(footer(verb)));
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("print this help").build());
    int place = 0;
    for (RunOption.Group group : RunOption.Group.values()) {
      spec.addArgGroup(group(verb, group, place++));
    }
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel(words(verb))
            .hideParamSyntax(true)
            .arity("1..*")
            .description(
                "a SIF, a sandbox directory, docker://REFERENCE, or instance://NAME; options end here")
            .build());
    spec.parser().stopAtPositional(true);
    return spec;
  }

  private static String words(Verb verb) {
    return switch (verb) {
      case EXEC -> "IMAGE COMMAND [ARG...]";
      case RUN, SHELL, TEST -> "IMAGE [ARG...]";
      case INSTANCE_START, INSTANCE_RUN -> "IMAGE NAME [ARG...]";
    };
  }

  private static ArgGroupSpec group(Verb verb, RunOption.Group group, int place) {
    ArgGroupSpec.Builder builder =
        ArgGroupSpec.builder().validate(false).heading("%n" + heading(group) + "%n").order(place);
    int order = 0;
    for (RunOption option : RunOption.values()) {
      if (option.group() == group && option.belongsTo(verb)) {
        builder.addArg(option(option, order++));
      }
    }
    return builder.build();
  }

  private static OptionSpec option(RunOption option, int order) {
    OptionSpec.Builder builder =
        OptionSpec.builder(option.names().toArray(String[]::new))
            .description(option.description().replace("%", "%%"))
            .order(order);
    if (option.takesValue()) {
      builder.arity("1").paramLabel(option.label()).type(String.class);
    } else {
      builder.arity("0");
    }
    return builder.build();
  }

  private static String heading(RunOption.Group group) {
    String word = group.name().toLowerCase(Locale.ROOT);
    return Character.toUpperCase(word.charAt(0)) + word.substring(1) + ":";
  }

  private static String description(Verb verb) {
    return switch (verb) {
      case EXEC -> "Run a command in a container.";
      case RUN -> "Run what the image is for: its runscript.";
      case SHELL -> "Open a shell in a container.";
      case TEST -> "Run the image's test.";
      case INSTANCE_START -> "Start a container in the background, with the image's startscript.";
      case INSTANCE_RUN -> "Start a container in the background, with the image's runscript.";
    };
  }

  private static String[] footer(Verb verb) {
    String examples =
        switch (verb) {
          case EXEC ->
              """
              skiff exec app.sif python3 train.py --epochs 10
              skiff exec --nv -B .:/code -B output_data:/output_data app.sif python /code/example.py
              skiff exec -C app.sif env              # nothing of the host
              skiff exec --dry-run app.sif true      # what would be mounted, and why\
              """;
          case RUN ->
              """
              skiff run app.sif input.txt
              skiff run --app tool app.sif\
              """;
          case SHELL ->
              """
              skiff shell app.sif
              skiff shell --writable sandbox/\
              """;
          case TEST ->
              """
              skiff test app.sif\
              """;
          case INSTANCE_START, INSTANCE_RUN ->
              """
              skiff instance start --nv server.sif web --port 8080
              skiff exec instance://web ps
              skiff instance stop web\
              """;
        };
    return ("\nOptions may also be given as SKIFF_, APPTAINER_ or SINGULARITY_ variables: SKIFF_BIND.\n"
            + "Ends with the payload's own code; 125 not started, 126 not executable, 127 not found.\n"
            + "\nExamples:\n"
            + examples)
        .split("\n", -1);
  }
}
