package dev.skiff.builder.step;

import dev.skiff.builder.metadata.AppTree;
import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.EntryWriter;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.script.BuildContainer;
import dev.skiff.builder.script.HostProcess;
import dev.skiff.builder.script.OutputLines;
import dev.skiff.builder.script.SectionCommand;
import dev.skiff.builder.script.StepContainer;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.App;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.Interpreter;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.runtime.launch.IdMapping;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.ContainerPlan;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs the sections that hold scripts: `%pre` and `%setup` on the host, `%post` and `%test`
/// inside.
final class ScriptSteps {

  private static final String POST_SCRIPT = "/.post.script";
  private static final List<String> PROGRAMS = List.of("APPTAINER", "SINGULARITY", "SKIFF");

  private final DefinitionFile definition;
  private final StepSettings settings;
  private final BuildListener listener;

  ScriptSteps(DefinitionFile definition, StepSettings settings, BuildListener listener) {
    this.definition = definition;
    this.settings = settings;
    this.listener = listener;
  }

  void onHost(Section.Script script, RootFilesystem root) throws IOException {
    Path file = root.scratch().resolve(script.kind().word() + ".script");
    Files.write(file, definition.bytes(script.body()));
    OutputLines lines = new OutputLines(listener);
    List<String> command =
        SectionCommand.withUmask(
            SectionCommand.of(script.interpreter(), file.toString(), settings.trace()));
    int status = new HostProcess(command, hostEnvironment(root), settings.directory()).run(lines);
    require(status, script.kind(), script, lines);
  }

  private Map<String, String> hostEnvironment(RootFilesystem root) throws IOException {
    Map<String, String> environment = new HashMap<>(settings.environment());
    Path variables = root.paths().follow(Path.of(Skeleton.BUILD_ENVIRONMENT));
    Path labels = root.paths().follow(Path.of(Skeleton.BUILD_LABELS));
    for (String program : PROGRAMS) {
      environment.put(program + "_ROOTFS", root.directory().toString());
      environment.put(program + "_ENVIRONMENT", variables.toString());
      environment.put(program + "_LABELS", labels.toString());
    }
    return environment;
  }

  void post(Optional<Section.Script> post, List<App> apps, RootFilesystem root) throws IOException {
    StringBuilder text = new StringBuilder(post.map(Section.Script::body).orElse(""));
    apps.forEach(app -> text.append(AppTree.installation(app)));
    EntryWriter writer = new EntryWriter(root.paths());
    writer.write(List.of(ImageEntry.script(POST_SCRIPT, text.toString(), definition.encoding())));
    if (settings.ids() == IdMapping.SINGLE) {
      writer.write(List.of(ImageEntry.text(BuildContainer.APT_CONFIGURATION, aptConfiguration())));
    }
    Interpreter interpreter =
        post.map(Section.Script::interpreter).orElse(new Interpreter.Shell(List.of()));
    List<String> command = SectionCommand.of(interpreter, POST_SCRIPT, settings.trace());
    Section.Script blamed =
        post.orElseGet(
            () -> apps.getFirst().sections().script(ScriptKind.APP_INSTALL).orElseThrow());
    List<Path> absent = absent(root);
    try {
      OutputLines lines = new OutputLines(listener);
      BuildContainer.Places places = places(root);
      int status =
          new StepContainer(listener)
              .run(container().writable(places, command), places.session(), lines);
      require(status, blamed.kind(), blamed, lines);
    } finally {
      removeMountPoints(absent);
      remove(root, POST_SCRIPT);
      remove(root, BuildContainer.APT_CONFIGURATION);
    }
  }

  /// Downloading as another user needs a second id.
  private static String aptConfiguration() {
    return "APT::Sandbox::User \"root\";\n";
  }

  private static void remove(RootFilesystem root, String path) throws IOException {
    boolean _ = Files.deleteIfExists(root.paths().locate(Path.of(path)));
  }

  /// Places of the root where something will be shown, and nothing is yet.
  private List<Path> absent(RootFilesystem root) throws IOException {
    List<Path> absent = new ArrayList<>();
    for (ContainerPath target : container().shownAt()) {
      Path host = root.paths().follow(Path.of(target.value()));
      if (!Files.exists(host, LinkOption.NOFOLLOW_LINKS)) {
        absent.add(host);
      }
    }
    return absent;
  }

  private static void removeMountPoints(List<Path> absent) throws IOException {
    for (Path host : absent) {
      boolean emptyFile =
          Files.isRegularFile(host, LinkOption.NOFOLLOW_LINKS) && Files.size(host) == 0;
      boolean emptyFolder = false;
      if (Files.isDirectory(host, LinkOption.NOFOLLOW_LINKS)) {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(host)) {
          emptyFolder = !children.iterator().hasNext();
        }
      }
      if (emptyFile || emptyFolder) {
        Files.delete(host);
      }
    }
  }

  void test(Section.Script script, RootFilesystem root) throws IOException {
    OutputLines lines = new OutputLines(listener);
    BuildContainer.Places places = places(root);
    ContainerPlan plan = container().unchanged(places, List.of(Skeleton.TEST_SCRIPT));
    int status = new StepContainer(listener).run(plan, places.session(), lines);
    require(status, ScriptKind.TEST, script, lines);
  }

  private BuildContainer.Places places(RootFilesystem root) throws IOException {
    return BuildContainer.Places.of(root, settings.directory());
  }

  private BuildContainer container() {
    return new BuildContainer(
        settings.ids(), settings.environment(), System.getenv().keySet(), settings.mounts());
  }

  private static void require(
      int status, ScriptKind kind, Section.Script script, OutputLines lines) {
    if (status != 0) {
      throw new ProblemException(StepProblems.script(kind, script.place(), status, lines));
    }
  }
}
