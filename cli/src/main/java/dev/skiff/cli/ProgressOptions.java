package dev.skiff.cli;

import dev.skiff.cli.output.BuildJson;
import dev.skiff.cli.output.BuildProgress;
import dev.skiff.cli.output.BuildReport;
import dev.skiff.cli.output.Terminal;
import picocli.CommandLine.Option;

/// How a build tells what it does.
final class ProgressOptions {

  /// Named as picocli prints them.
  enum Form {
    auto,
    plain,
    json
  }

  @Option(
      names = "--progress",
      paramLabel = "FORM",
      description =
          "auto (default), plain (a line for each thing, nothing drawn over), or json (one object"
              + " a line, on standard output).")
  private Form form = Form.auto;

  BuildReport report(Terminal terminal) {
    return switch (form) {
      case auto -> new BuildProgress(terminal);
      case plain -> new BuildProgress(terminal.drawingNothing());
      case json -> new BuildJson(terminal);
    };
  }
}
