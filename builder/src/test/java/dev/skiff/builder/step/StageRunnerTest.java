package dev.skiff.builder.step;

import dev.skiff.builder.Golden;
import dev.skiff.builder.base.BaseUnpacker;
import dev.skiff.builder.metadata.InspectMetadata;
import dev.skiff.builder.metadata.Labels.Collision;
import dev.skiff.builder.plan.Bases;
import dev.skiff.builder.plan.BuildPlan;
import dev.skiff.builder.plan.BuildPlanner;
import dev.skiff.builder.plan.BuildStep;
import dev.skiff.builder.plan.ChosenSections;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.root.FileModes;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.RootTexts;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.builder.script.ScriptMounts;
import dev.skiff.builder.script.SectionCommand.Trace;
import dev.skiff.builder.time.ImageTime;
import dev.skiff.builder.time.ImageTime.Origin;
import dev.skiff.definitions.DefinitionReader;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.template.BuildArguments;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.sif.Architecture;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StageRunnerTest {

  @TempDir private Path directory = Path.of("/");

  private static DefinitionFile definition(String text) {
    return switch (DefinitionReader.read("x.def", text, BuildArguments.none())) {
      case Reading.Accepted accepted -> accepted.definition();
      case Reading.Rejected rejected -> throw new AssertionError(rejected.findings().toString());
    };
  }

  /// Carries out what needs no container.
  private void carryOut(DefinitionFile definition, RootFilesystem root) throws IOException {
    WorkingDirectory where = new WorkingDirectory(directory, "test");
    ImageTime time =
        ImageTime.begin(Optional.of(Instant.EPOCH), Origin.CLOCK, InstantSource.system());
    BaseUnpacker bases =
        new BaseUnpacker(
            new BaseUnpacker.Settings(
                Platform.parse("amd64"), IdMapping.NONE, Map.of(), where, time),
            reference -> {
              throw new IOException("no registry: " + reference);
            },
            event -> {});
    StepSettings settings =
        new StepSettings(
            directory,
            System.getenv(),
            IdMapping.NONE,
            Trace.SHOWN,
            ScriptMounts.NONE,
            Collision.KEEP,
            time,
            Optional.empty(),
            "1",
            dev.skiff.builder.step.Engine.OWN);
    StageRunner runner = new StageRunner(definition, settings, bases, event -> {});
    BuildPlan plan =
        new BuildPlanner(
                ChosenSections.ALL, BuildPlanner.Tests.SKIP, new Bases(directory, Map.of()))
            .plan(
                definition, new Target(Path.of("x.sif"), Target.Form.SIF, Target.Existing.REFUSE));
    StageState stage = new StageState(root);
    for (BuildStep step : plan.stages().getFirst().steps()) {
      runner.carryOut(step, stage, List.of());
    }
  }

  @Test
  void everythingAnImageSaysAboutItself() throws IOException {
    Files.writeString(directory.resolve("appfile"), "app\n");
    DefinitionFile definition =
        definition(
            """
            Bootstrap: scratch

            %setup
                echo 'export Z=1' >> $APPTAINER_ENVIRONMENT
                echo 'Built by hand' >> $SINGULARITY_LABELS
                echo 'Version 9' >> $SINGULARITY_LABELS
            %environment
                export A="é <&>"
            %runscript
            #!/bin/busybox sh
                exec a "$@"
            %startscript
                exec b
            %test
                true
            %labels
                Maintainer "quoted name"
                Version 1
            %help
                Help text.
            %apprun foo-x
                exec here
            %appenv foo-x
                export IN=foo
            %appfiles foo-x
                appfile bin/
            %applabels foo-x
                Kind tool
            """);
    WorkingDirectory where = new WorkingDirectory(directory, "test");
    try (RootFilesystem root = RootFilesystem.create(where, RootFilesystem.Cleanup.REMOVE)) {
      carryOut(definition, root);
      String inspect = InspectMetadata.json(new RootTexts(root.paths()));
      Golden.assertMatches("metadata/scratch.txt", masked(text(root.directory()) + inspect + "\n"));
    }
  }

  @Test
  void theDefinitionOfTheBaseBecomesHistory() throws IOException {
    Path base = Files.createDirectories(directory.resolve("base/.singularity.d/env"));
    Files.writeString(base.resolveSibling("Singularity"), "bootstrap: scratch\n");
    Files.writeString(base.resolve("90-environment.sh"), "#!/bin/sh\nexport OLD=1\n");
    Files.writeString(base.resolve("99-base.sh"), "# theirs\n");
    Files.writeString(base.resolveSibling("runscript"), "#!/bin/sh\necho theirs\n");
    Files.writeString(base.resolveSibling("labels.json"), "{\"Who\":\"them\"}");
    DefinitionFile definition =
        definition(
            "Bootstrap: localimage\nFrom: base\n%environment\n  export NEW=1\n%labels\n  Who us\n");
    WorkingDirectory where = new WorkingDirectory(directory, "test");
    try (RootFilesystem root = RootFilesystem.create(where, RootFilesystem.Cleanup.REMOVE)) {
      carryOut(definition, root);
      Golden.assertMatches("metadata/localimage.txt", masked(text(root.directory())));
    }
  }

  private static String masked(String text) {
    return text.replace('"' + Architecture.ofThisMachine().goName() + '"', "\"ARCH\"");
  }

  /// Every file with its mode, and its text where it is short and not one of the fixed scripts.
  private static String text(Path root) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted().toList()) {
        String name = "/" + root.relativize(file);
        if (Files.isSymbolicLink(file)) {
          text.append("%s -> %s\n".formatted(name, Files.readSymbolicLink(file)));
          continue;
        }
        text.append("%04o %s\n".formatted(FileModes.of(file, LinkOption.NOFOLLOW_LINKS), name));
        boolean shown =
            Files.isRegularFile(file) && !name.contains("/actions/") && !name.contains("/95-apps");
        if (shown) {
          Files.readString(file).lines().forEach(line -> text.append("     | " + line + "\n"));
        }
      }
    }
    return text.toString();
  }
}
