package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.cli.output.Terminal.Verbosity;
import dev.skiff.definitions.finding.Nearest;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// `skiff`: the options before the command, and the commands.
@Command(
    name = "skiff",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description =
        "Builds container images from definition files and runs them without root and without a"
            + " daemon.",
    footer = {
      "",
      "Examples:",
      "  skiff build app.sif app.def",
      "  skiff exec --nv -B data:/data app.sif python train.py",
      "  skiff pull docker://ubuntu:24.04",
      "  skiff doctor"
    })
final class RootCommand {

  private final Terminal terminal;

  @Option(
      names = {"-s", "--silent"},
      description = "Print problems only.")
  private boolean silent;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print problems and warnings only.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say more.")
  private boolean verbose;

  @Option(
      names = {"-d", "--debug"},
      description = "Say everything.")
  private boolean debug;

  RootCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /// Scripts give it to the peer; here nothing is coloured.
  @Option(names = "--nocolor", description = "Accepted; nothing is coloured.")
  void acceptNoColor(boolean given) {}

  static int execute(String[] args, Terminal terminal) {
    CommandLine line = CommandTree.of(new RootCommand(terminal), args);
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((exception, _, _) -> Failures.report(exception, terminal));
    line.setParameterExceptionHandler((exception, words) -> {
      Problem refused =
          exception.getCommandLine().getParent() == null ? RefusedCommand.of(words) : null;
      terminal.fail(refused == null ? misuse(exception) : refused);
      return ExitCode.USAGE.status();
    });
    if (args.length == 0) {
      line.usage(terminal.out());
      return ExitCode.USAGE.status();
    }
    return line.execute(args);
  }

  /// The terminal, saying as much as the options ask for.
  Terminal terminal() {
    if (debug || silent || verbose || quiet) {
      return asked(debug, verbose, silent);
    }
    if (isSet("DEBUG") || isSet("VERBOSE") || isSet("SILENT") || isSet("QUIET")) {
      return asked(isSet("DEBUG"), isSet("VERBOSE"), isSet("SILENT"));
    }
    return terminal;
  }

  private Terminal asked(boolean forDebug, boolean forMore, boolean forNothing) {
    if (forDebug) {
      return terminal.saying(Verbosity.DEBUG);
    }
    if (forMore) {
      return terminal.saying(Verbosity.VERBOSE);
    }
    return terminal.saying(forNothing ? Verbosity.SILENT : Verbosity.QUIET);
  }

  /// Apptainer's variables of these options, and ours.
  private static boolean isSet(String option) {
    for (String prefix : new String[] {"SKIFF_", "APPTAINER_", "SINGULARITY_"}) {
      String value = System.getenv(prefix + option);
      if (value != null && ReuseOptions.isTrue(value)) {
        return true;
      }
    }
    return false;
  }

  private static Problem misuse(ParameterException exception) {
    String name = exception.getCommandLine().getCommandSpec().qualifiedName();
    String why = String.valueOf(exception.getMessage());
    if (exception instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && !exception.getCommandLine().getSubcommands().isEmpty()) {
      return unknownCommand(name, unmatched);
    }
    return new Problem(
        "cannot do '%s'".formatted(name),
        Character.toLowerCase(why.charAt(0)) + why.substring(1),
        why.equals("Unknown option: '-G'") && name.endsWith(" launch")
            ? "write -g N for GPUs, -v TYPE for their type; skiff nodes shows the types"
            : "see %s --help".formatted(name));
  }

  private static Problem unknownCommand(String group, UnmatchedArgumentException unmatched) {
    String word = unmatched.getUnmatched().getFirst();
    String all = "see %s --help".formatted(group);
    Optional<String> meant =
        Nearest.of(word, List.copyOf(unmatched.getCommandLine().getSubcommands().keySet()));
    return new Problem(
        "cannot do '%s %s'".formatted(group, word),
        "%s has no command '%s'".formatted(group, word),
        meant.isEmpty() ? all : "write %s %s, or %s".formatted(group, meant.get(), all));
  }
}
