package dev.skiff.cli;

import dev.skiff.builder.BuildRequest;
import dev.skiff.builder.BuildRequest.Image;
import dev.skiff.builder.BuildRequest.Permissions;
import dev.skiff.builder.BuildRequest.Scripts;
import dev.skiff.builder.BuildRequest.Workspace;
import dev.skiff.builder.BuildSpec;
import dev.skiff.builder.DataImage;
import dev.skiff.builder.metadata.Labels.Collision;
import dev.skiff.builder.plan.BuildPlanner.Tests;
import dev.skiff.builder.plan.ChosenSections;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.plan.Target.Existing;
import dev.skiff.builder.plan.Target.Form;
import dev.skiff.builder.root.RootFilesystem.Cleanup;
import dev.skiff.builder.script.SectionCommand.Trace;
import dev.skiff.builder.step.Engine;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.finding.Finding;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.image.squashfs.SquashfsOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `skiff build`.
@Command(
    name = "build",
    description = "Build an image from a definition file, another image, or a registry.",
    footer = {
      "",
      "SPEC is a definition file, an image or sandbox, or a URI: docker://NAME:TAG, oci:DIR, oci-archive:FILE,",
      "docker-archive:FILE, docker-daemon:NAME, localimage://PATH, oras://NAME:TAG, library://..., shub://...",
      "",
      "TARGET is a SIF file; DIR/ or sandbox:DIR, a sandbox; or oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:NAME], docker://NAME:TAG,",
      "docker-daemon:NAME: an image of layers, one for each step above those of the base. A registry is sent those it does not have.",
      "",
      "What a step gave is kept in the cache, and taken from there as long as nothing it depends on changes.",
      "A line '# skiff: step NAME' in %%post begins a step of its own.",
      "",
      "Examples:",
      "  skiff build app.sif app.def",
      "  skiff build --build-arg VERSION=3.12 app.sif app.def",
      "  skiff build --sandbox app/ docker://debian:12",
      "  skiff build -o app.sif -o oci:app:latest app.def",
      "  skiff build -o app.sif -o docker://registry.lab/team/app:1.0 app.def",
      "  skiff build --engine docker app.sif app.def   # %%post runs in containers of the Docker daemon",
      "  skiff build --on slurm -m 40 app.sif app.def   # as a job; its log is followed, Ctrl-C ends it",
      "  skiff build --explain app.sif app.def      # why a step runs again",
      "  skiff build --dry-run app.sif app.def      # what would be done"
    })
final class BuildCommand extends Subcommand {

  @Parameters(
      index = "0",
      paramLabel = "TARGET",
      description = "What to make; left out where -o says it.")
  private String first = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SPEC",
      description = "What to make it from.")
  private Optional<String> second = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "TARGET",
      description =
          "What to make, once or more: FILE.sif, DIR/ or sandbox:DIR, oci:DIR[:TAG], oci-archive:FILE[:TAG],"
              + " docker-archive:FILE[:NAME], docker://NAME:TAG, docker-daemon:NAME.")
  private List<String> outputs = List.of();

  @Option(
      names = {"-s", "--sandbox"},
      description = "Make a directory in place of a SIF file.")
  private boolean sandbox;

  @Option(
      names = {"-u", "--update"},
      description = "Run the definition on an existing sandbox.")
  private boolean update;

  @Option(
      names = {"-F", "--force"},
      description = "Replace an existing target, and labels of the base.")
  private boolean force;

  @Option(
      names = {"-T", "--notest"},
      description = "Do not run %%test.")
  private boolean noTest;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description =
          "What runs %%post and %%test: own (the default), or docker, a daemon's containers.")
  private String engine = "own";

  @Option(
      names = "--section",
      paramLabel = "NAME",
      split = ",",
      description = "Carry out only these sections, none, or all.")
  private List<String> sections = List.of("all");

  @Option(names = "--quiet-post", description = "Do not trace the commands of %%post.")
  private boolean quietPost;

  @Option(names = "--dry-run", description = "Print what would be done, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--fix-perms",
      description = "Let the owner read and write every file of a sandbox.")
  private boolean fixPermissions;

  @Option(names = "--tmpdir", paramLabel = "DIR", description = "Where to work.")
  private Optional<Path> temporary = Optional.empty();

  @Option(names = "--no-cleanup", description = "Keep the working directory, to look at it.")
  private boolean noCleanup;

  @Option(
      names = "--data",
      description = "Make a SIF with a data partition of SPEC, a SquashFS file or a directory.")
  private boolean data;

  @Mixin private BuildArgumentOptions arguments = new BuildArgumentOptions();
  @Mixin private BuildMountOptions mounts = new BuildMountOptions();
  @Mixin private ArchitectureOptions architecture = new ArchitectureOptions();
  @Mixin private ImageFormatOptions format = new ImageFormatOptions();
  @Mixin private ProgressOptions progress = new ProgressOptions();
  @Mixin private ReuseOptions reuse = new ReuseOptions();
  @Mixin private BuildCacheOptions buildCache = new BuildCacheOptions();
  @Mixin private RegistryOptions registry = new RegistryOptions();
  @Mixin private BuildJobOptions job = new BuildJobOptions();

  @Spec private CommandSpec command = CommandSpec.create();

  /// Taken by the peer for something else.
  @Option(names = "--json", hidden = true)
  private boolean json;

  /// A build is always root of its own namespace.
  @Option(
      names = {"-f", "--fakeroot"},
      description = "Accepted: whoever builds is root of the image.")
  void acceptFakeroot(boolean given) {}

  @Override
  int run(Terminal terminal) {
    if (job.isAsked() && !dryRun) {
      return new BuildJob(terminal, command.commandLine().getParseResult(), job.words())
          .run(targets());
    }
    Map<String, String> environment = registry.environment(terminal);
    if (json) {
      throw definitionAsJson();
    }
    if (data) {
      return buildData(terminal, environment);
    }
    Reading reading = BuildSpec.read(spec(), arguments.read());
    for (Finding finding : reading.findings()) {
      terminal.err().println(finding.render());
    }
    return switch (reading) {
      case Reading.Rejected _ -> ExitCode.PROBLEM.status();
      case Reading.Accepted accepted -> {
        BuildRequest request = request(accepted.definition(), terminal, environment);
        BuildSession session = new BuildSession(terminal, registry);
        yield dryRun ? session.print(request) : session.build(request, progress.report(terminal));
      }
    };
  }

  private BuildRequest request(
      DefinitionFile definition, Terminal terminal, Map<String, String> environment) {
    Path directory = Path.of("").toAbsolutePath();
    return new BuildRequest(
        definition,
        targets(),
        new Scripts(
            chosen(),
            noTest ? Tests.SKIP : Tests.RUN,
            quietPost ? Trace.QUIET : Trace.SHOWN,
            mounts.read(environment),
            force ? Collision.REPLACE : Collision.KEEP,
            engine()),
        new Image(
            format.squashfs(registry.config(terminal), environment),
            format.format(registry.config(terminal)),
            architecture.platform(),
            fixPermissions ? Permissions.OPEN_TO_OWNER : Permissions.AS_THEY_ARE,
            format.reproduction(),
            reuse.read(environment)),
        new Workspace(
            temporary, noCleanup ? Cleanup.KEEP : Cleanup.REMOVE, buildCache.read(environment)),
        environment,
        directory);
  }

  private String spec() {
    return words().isEmpty() ? first : second.orElse(first);
  }

  /// The targets as they were typed: those of -o, and the first word where there are two.
  private List<String> words() {
    if (second.isEmpty() && outputs.isEmpty()) {
      throw new ProblemException(
          new Problem(
              "cannot build '%s'".formatted(first),
              "one word is too few: it wants what to make and what to make it from",
              "write skiff build app.sif %s".formatted(first)),
          ExitCode.USAGE);
    }
    List<String> words = new ArrayList<>();
    if (second.isPresent()) {
      words.add(first);
    }
    words.addAll(outputs);
    return words;
  }

  private List<Target> targets() {
    Form plain = sandbox ? Form.SANDBOX : Form.SIF;
    return words().stream().map(word -> Target.parse(word, plain, existing())).toList();
  }

  private static ProblemException definitionAsJson() {
    return new ProblemException(
        new Problem(
            "cannot do 'skiff build --json'",
            "Apptainer reads a definition in JSON there, which Skiff does not",
            "write the definition as text; for progress in JSON there is --progress json"),
        ExitCode.USAGE);
  }

  private int buildData(Terminal terminal, Map<String, String> environment) {
    SquashfsOptions squashfs = format.squashfs(registry.config(terminal), environment);
    String target = words().getFirst();
    new DataImage(Path.of(spec()), Path.of(target), squashfs, environment).build(existing());
    terminal.inform("built " + target);
    return ExitCode.DONE.status();
  }

  private Existing existing() {
    if (update) {
      return Existing.UPDATE;
    }
    return force ? Existing.REPLACE : Existing.REFUSE;
  }

  private Engine engine() {
    return switch (engine) {
      case "own", "skiff" -> Engine.OWN;
      case "docker" -> Engine.DOCKER;
      default ->
          throw new ProblemException(
              new Problem(
                  "cannot build with --engine %s".formatted(engine),
                  "there is no such engine",
                  "write --engine docker, or leave it out"),
              ExitCode.USAGE);
    };
  }

  private ChosenSections chosen() {
    try {
      return ChosenSections.of(sections);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          new Problem(
              "cannot build only the section '%s'".formatted(e.getMessage()),
              "there is no such section",
              "give none, all, or names such as --section post,files"),
          ExitCode.USAGE);
    }
  }
}
