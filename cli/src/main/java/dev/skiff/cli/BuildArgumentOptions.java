package dev.skiff.cli;

import dev.skiff.definitions.template.BuildArguments;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/// What fills in `{{ name }}` in a definition file.
final class BuildArgumentOptions {

  @Option(
      names = "--build-arg",
      paramLabel = "NAME=VALUE",
      description = "Fill in {{ NAME }} in the definition; may be given often.")
  private List<String> pairs = List.of();

  @Option(
      names = "--build-arg-file",
      paramLabel = "FILE",
      description = "A file with a NAME=VALUE on each line.")
  private List<String> files = List.of();

  @Option(
      names = "--warn-unused-build-args",
      description = "Warn, instead of refusing, where the definition does not use an argument.")
  private boolean warn;

  BuildArguments read() {
    return BuildArguments.read(
        pairs,
        files.stream().map(Path::of).toList(),
        warn ? BuildArguments.Unused.WARN : BuildArguments.Unused.REFUSE);
  }
}
