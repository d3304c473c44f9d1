package dev.skiff.builder.step;

import dev.skiff.builder.docker.ContainerRun;
import dev.skiff.builder.docker.Daemons;
import dev.skiff.builder.docker.DockerDaemon;
import dev.skiff.builder.docker.LoadedImage;
import dev.skiff.builder.metadata.AppTree;
import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.builder.plan.BuildStep;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.builder.script.BuildContainer;
import dev.skiff.builder.script.OutputLines;
import dev.skiff.builder.script.ScriptMounts;
import dev.skiff.builder.script.SectionCommand;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.Interpreter;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.archive.ImageContent;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Runs `%post` and `%test` in containers of a Docker daemon, as our own runtime runs them: the
/// same script, in the same environment.
///
/// @param where what the daemon gives back is put meanwhile
public record DaemonScripts(
    DefinitionFile definition,
    StepSettings settings,
    Daemons daemons,
    WorkingDirectory where,
    BuildListener listener) {

  /// The name of the script in the root directory while it runs.
  public static final String SCRIPT = ".post.script";

  /// Takes the image that a container has become.
  @FunctionalInterface
  public interface Taker<T> {
    T take(ImageSource image) throws IOException;
  }

  /// Runs `%post` over an image.
  ///
  /// @param below what the root is before
  /// @param taker given what it is afterwards
  /// @throws ProblemException if the script fails
  public <T> T post(BuildStep.RunPost step, ImageContent below, Taker<T> taker) throws IOException {
    Optional<Section.Script> post = step.post();
    StringBuilder text = new StringBuilder(post.map(Section.Script::body).orElse(""));
    step.apps().forEach(app -> text.append(AppTree.installation(app)));
    Interpreter interpreter =
        post.map(Section.Script::interpreter).orElse(new Interpreter.Shell(List.of()));
    List<String> command = SectionCommand.of(interpreter, "/" + SCRIPT, settings.trace());
    try (DockerDaemon daemon = daemons.open();
        LoadedImage image = LoadedImage.of(daemons, daemon, below);
        ContainerRun run = ContainerRun.create(daemon, image.id(), container().inShell(command))) {
      run.put(SCRIPT, definition.bytes(text.toString()));
      OutputLines lines = new OutputLines(listener);
      require(run.run(lines), blamed(step), lines);
      try (ImageSource made = run.result(where, listener)) {
        return taker.take(made);
      }
    }
  }

  private static Section.Script blamed(BuildStep.RunPost step) {
    return step.post()
        .orElseGet(
            () -> step.apps().getFirst().sections().script(ScriptKind.APP_INSTALL).orElseThrow());
  }

  /// Runs `%test` over an image, which stays as it is.
  ///
  /// @throws ProblemException if it fails
  public void test(BuildStep.RunTest step, ImageContent below) throws IOException {
    List<String> command = container().inShell(List.of(Skeleton.TEST_SCRIPT));
    try (DockerDaemon daemon = daemons.open();
        LoadedImage image = LoadedImage.of(daemons, daemon, below);
        ContainerRun run = ContainerRun.create(daemon, image.id(), command)) {
      OutputLines lines = new OutputLines(listener);
      require(run.run(lines), step.test(), lines);
    }
  }

  /// Whoever runs a daemon is root there.
  private BuildContainer container() {
    return new BuildContainer(IdMapping.ROOT, settings.environment(), Set.of(), ScriptMounts.NONE);
  }

  private static void require(int status, Section.Script script, OutputLines lines) {
    if (status != 0) {
      throw new ProblemException(StepProblems.script(script.kind(), script.place(), status, lines));
    }
  }
}
