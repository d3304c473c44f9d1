package dev.skiff.cli;

import dev.skiff.cli.output.DefinitionJson;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.DefinitionReader;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.finding.Finding;
import dev.skiff.definitions.finding.Severity;
import dev.skiff.definitions.problem.ExitCode;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff def`: looks at definition files without building them.
@Command(
    name = "def",
    mixinStandardHelpOptions = true,
    description = "Check definition files, or print them with their arguments filled in.",
    subcommands = {DefCommand.Check.class, DefCommand.Show.class})
final class DefCommand {

  /// `skiff def check`.
  @Command(
      name = "check",
      description = "Report everything that is wrong or doubtful in a definition file, at once.",
      footer = {"", "Ends with 1 if there is an error.", "Example: skiff def check Singularity"})
  static final class Check extends Subcommand {

    @Parameters(paramLabel = "FILE", description = "The definition file.")
    private String file = "";

    @Option(names = "--json", description = "Print the findings as JSON on standard output.")
    private boolean json;

    @Mixin private BuildArgumentOptions arguments = new BuildArgumentOptions();

    @Override
    int run(Terminal terminal) {
      Reading reading = DefinitionReader.read(Path.of(file), arguments.read());
      List<Finding> findings = reading.findings();
      if (json) {
        terminal.show(DefinitionJson.of(file, findings) + "\n");
      } else {
        findings.forEach(finding -> terminal.err().println(finding.render()));
        terminal.inform(summary(findings));
      }
      return switch (reading) {
        case Reading.Accepted _ -> ExitCode.DONE.status();
        case Reading.Rejected _ -> ExitCode.PROBLEM.status();
      };
    }

    private String summary(List<Finding> findings) {
      long errors = findings.stream().filter(f -> f.severity() == Severity.ERROR).count();
      long warnings = findings.size() - errors;
      return "%s: %s, %s".formatted(file, counted(errors, "error"), counted(warnings, "warning"));
    }

    private static String counted(long number, String noun) {
      return number + " " + noun + (number == 1 ? "" : "s");
    }
  }

  /// `skiff def show`.
  @Command(
      name = "show",
      description = "Print a definition file with its build arguments filled in.",
      footer = {"", "Example: skiff def show --build-arg VERSION=3.12 app.def"})
  static final class Show extends Subcommand {

    @Parameters(paramLabel = "FILE", description = "The definition file.")
    private String file = "";

    @Mixin private BuildArgumentOptions arguments = new BuildArgumentOptions();

    @Override
    int run(Terminal terminal) {
      Reading reading = DefinitionReader.read(Path.of(file), arguments.read());
      reading.findings().forEach(finding -> terminal.err().println(finding.render()));
      return switch (reading) {
        case Reading.Accepted accepted -> {
          terminal.show(bytes(accepted));
          yield ExitCode.DONE.status();
        }
        case Reading.Rejected _ -> ExitCode.PROBLEM.status();
      };
    }

    private static byte[] bytes(Reading.Accepted accepted) {
      return accepted.definition().bytes(accepted.definition().text());
    }
  }
}
