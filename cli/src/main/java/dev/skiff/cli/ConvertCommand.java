package dev.skiff.cli;

import dev.skiff.builder.BuildRequest;
import dev.skiff.builder.BuildRequest.Permissions;
import dev.skiff.builder.BuildSpec;
import dev.skiff.builder.convert.SourceReader.Wish;
import dev.skiff.builder.convert.SourceSpec;
import dev.skiff.builder.convert.SquashfsFile;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.plan.Target.Existing;
import dev.skiff.builder.plan.Target.Form;
import dev.skiff.cli.output.BuildReport;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.template.BuildArguments;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff convert`.
@Command(
    name = "convert",
    description = "Write an image in another form.",
    footer = {
      "",
      "SRC and DST are each one of",
      "  app.sif                         a SIF file",
      "  app/                            a sandbox: a directory, as DST with / at its end or --sandbox",
      "  app.squashfs, squashfs:FILE     a SquashFS image: the root alone",
      "  oci:DIR[:TAG]                   an OCI layout",
      "  oci-archive:FILE[:TAG]          the same as a tar",
      "  docker-archive:FILE[:NAME]      what docker save writes and docker load reads",
      "  docker://NAME:TAG               an image of a registry",
      "  docker-daemon:NAME              an image of the Docker daemon",
      "  oras://NAME:TAG, library://...  SRC only: a SIF file that a server keeps",
      "",
      "Between OCI images the layers stay what they are, and the digest too, where the form allows it. A SIF file that",
      "came from a registry and was not changed becomes the layers it was made of; what else has no layers becomes one.",
      "The same source gives the same bytes.",
      "",
      "Examples:",
      "  skiff convert app.sif oci:app:latest",
      "  skiff convert app.sif docker-archive:app.tar:team/app:1.0    # then: docker load -i app.tar",
      "  skiff convert app.sif docker-daemon:app:1.0                  # then: docker run app:1.0",
      "  skiff convert docker://debian:12 oci-archive:debian.tar",
      "  skiff convert oci-archive:debian.tar debian.sif",
      "  skiff convert app.sif app/",
      "  skiff convert app.sif app.squashfs"
    })
final class ConvertCommand extends Subcommand {

  private static final String SQUASHFS = "squashfs:";

  @Parameters(index = "0", paramLabel = "SRC", description = "What there is.")
  private String from = "";

  @Parameters(index = "1", paramLabel = "DST", description = "What to write.")
  private String to = "";

  @Option(
      names = {"-F", "--force"},
      description = "Replace an existing target.")
  private boolean force;

  @Option(
      names = {"-s", "--sandbox"},
      description = "DST is a directory.")
  private boolean sandbox;

  @Option(names = "--one-layer", description = "Write one layer, whatever a file was made of.")
  private boolean oneLayer;

  @Option(names = "--tmpdir", paramLabel = "DIR", description = "Where to work.")
  private Optional<Path> temporary = Optional.empty();

  @Mixin private ArchitectureOptions architecture = new ArchitectureOptions();
  @Mixin private ImageFormatOptions format = new ImageFormatOptions();
  @Mixin private ProgressOptions progress = new ProgressOptions();
  @Mixin private ReuseOptions reuse = new ReuseOptions();
  @Mixin private RegistryOptions registry = new RegistryOptions();

  @Override
  int run(Terminal terminal) {
    String word = from.startsWith(SQUASHFS) ? from.substring(SQUASHFS.length()) : from;
    SourceSpec source = SourceSpec.parse(word, "cannot convert", Path.of("").toAbsolutePath());
    Existing existing = force ? Existing.REPLACE : Existing.REFUSE;
    Optional<Path> squashfs = squashfs();
    if (squashfs.isPresent()) {
      return toSquashfs(terminal, source, new Target(squashfs.get(), Form.SIF, existing));
    }
    Target target = Target.parse(to, sandbox ? Form.SANDBOX : Form.SIF, existing);
    if (!target.form().isLayered()) {
      return build(terminal, source, target);
    }
    try (BuildReport report = progress.report(terminal)) {
      new ConversionSession(terminal, registry, temporary, architecture.chosen())
          .run(source, target, oneLayer ? Wish.ONE_LAYER : Wish.KNOWN_LAYERS, report);
    }
    terminal.inform("wrote " + target.shown());
    return ExitCode.DONE.status();
  }

  private Optional<Path> squashfs() {
    if (to.startsWith(SQUASHFS)) {
      return Optional.of(Path.of(to.substring(SQUASHFS.length())));
    }
    boolean named = to.endsWith(".squashfs") || to.endsWith(".sqsh") || to.endsWith(".sqfs");
    return named && to.indexOf(':') < 0 ? Optional.of(Path.of(to)) : Optional.empty();
  }

  private int toSquashfs(Terminal terminal, SourceSpec source, Target target) {
    SquashfsFile file = new SquashfsFile(target.path());
    file.check(target.existing());
    if (source instanceof SourceSpec.Local local && SquashfsFile.isOf(local)) {
      try (BuildReport report = progress.report(terminal)) {
        file.write(local.path(), report);
      }
    } else {
      file.write(sif -> build(terminal, source, new Target(sif, Form.SIF, Existing.REPLACE)));
    }
    terminal.inform("wrote " + target.path());
    return ExitCode.DONE.status();
  }

  private int build(Terminal terminal, SourceSpec source, Target target) {
    Map<String, String> environment = registry.environment(terminal);
    if (!(BuildSpec.read(source.word(), BuildArguments.none()) instanceof Reading.Accepted read)) {
      throw new ProblemException(
          new Problem(
              "cannot convert '%s'".formatted(from), "it is no image", "name an image, not a text"),
          ExitCode.USAGE);
    }
    BuildRequest.Image image =
        new BuildRequest.Image(
            format.squashfs(registry.config(terminal), environment),
            format.format(registry.config(terminal)),
            architecture.platform(),
            Permissions.AS_THEY_ARE,
            format.reproduction(),
            reuse.read(environment));
    BuildRequest plain = BuildRequest.of(read.definition(), target, environment);
    return new BuildSession(terminal, registry)
        .build(plain.with(image).in(temporary), progress.report(terminal));
  }
}
