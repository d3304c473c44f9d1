package dev.skiff.builder.plan;

import dev.skiff.builder.plan.BuildPlan.StagePlan;
import dev.skiff.builder.plan.BuildStep.CopyFromHost;
import dev.skiff.builder.plan.BuildStep.CopyFromStage;
import dev.skiff.builder.plan.BuildStep.LayApp;
import dev.skiff.builder.plan.BuildStep.LaySkeleton;
import dev.skiff.builder.plan.BuildStep.RunOnHost;
import dev.skiff.builder.plan.BuildStep.RunPost;
import dev.skiff.builder.plan.BuildStep.RunTest;
import dev.skiff.builder.plan.BuildStep.UnpackBase;
import dev.skiff.builder.plan.BuildStep.WriteMetadata;
import dev.skiff.definitions.syntax.App;
import dev.skiff.definitions.syntax.Interpreter;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A plan as text: what `--dry-run` prints, and the short titles that progress shows.
public final class BuildPlanText {

  private BuildPlanText() {}

  /// The whole plan, numbered, with every script and copy.
  public static String of(BuildPlan plan) {
    StringBuilder text = new StringBuilder();
    int number = 1;
    for (int i = 0; i < plan.stages().size(); i++) {
      StagePlan stage = plan.stages().get(i);
      text.append("stage %d of %d".formatted(i + 1, plan.stages().size()));
      text.append(stage.name().isEmpty() ? "\n" : ", '%s'\n".formatted(stage.name()));
      for (BuildStep step : stage.steps()) {
        text.append("%3d. %s\n".formatted(number++, title(step)));
        details(step).forEach(line -> text.append("     | ").append(line).append('\n'));
      }
    }
    text.append(plan.targets().size() == 1 ? "target\n" : "targets\n");
    for (Target target : plan.targets()) {
      text.append("%3d. %s\n".formatted(number++, title(target)));
    }
    return text.toString();
  }

  /// What a step does, in a few words.
  public static String title(BuildStep step) {
    return switch (step) {
      case RunOnHost(Section.Script script) ->
          "run %%%s on the host".formatted(script.kind().word());
      case UnpackBase(Base base) -> title(base);
      case LaySkeleton() -> "add /.singularity.d";
      case LayApp(App app) -> "add the app '%s'".formatted(app.name());
      case CopyFromHost(Section.Files _) -> "copy files from the host";
      case CopyFromStage(int _, String name, Section.Files _) ->
          "copy files from stage '%s'".formatted(name);
      case RunPost(Optional<Section.Script> post, List<App> _, Optional<String> part) ->
          post.isPresent()
              ? "run %post" + part.map(", step '%s'"::formatted).orElse("")
              : "run %appinstall";
      case WriteMetadata _ -> "write help, labels, environment and scripts";
      case RunTest _ -> "run %test";
    };
  }

  /// What making the target does.
  public static String title(Target target) {
    String form =
        switch (target.form()) {
          case SIF -> "write the SIF '%s'";
          case SANDBOX -> "move the root file system to the directory '%s'";
          case OCI_LAYOUT -> "write the OCI layout '%s'";
          case OCI_ARCHIVE -> "write the OCI archive '%s'";
          case DOCKER_ARCHIVE -> "write the Docker archive '%s'";
          case REGISTRY -> "push '%s'";
          case DAEMON -> "give '%s' to the Docker daemon";
        };
    if (!target.form().isOnDisk()) {
      return form.formatted(target.shown());
    }
    String name = target.name().map(", as '%s'"::formatted).orElse("");
    String existing =
        switch (target.existing()) {
          case REFUSE -> "";
          case REPLACE -> ", replacing what is there";
          case UPDATE -> ", which is being updated";
        };
    return form.formatted(target.path()) + name + existing;
  }

  private static String title(Base base) {
    return switch (base) {
      case Base.Registry(String reference) -> "fetch docker://" + reference;
      case Base.OciLayout(var directory, var name) ->
          "read the OCI layout '%s'%s".formatted(directory, image(name));
      case Base.OciArchive(var file, var name) ->
          "read the OCI archive '%s'%s".formatted(file, image(name));
      case Base.DockerArchive(var file, var name) ->
          "read the Docker archive '%s'%s".formatted(file, image(name));
      case Base.DaemonImage(String name) -> "take '%s' from the Docker daemon".formatted(name);
      case Base.Dockerfile(var file, var _, var target, var arguments) ->
          "build %s'%s'%s with the Docker daemon"
              .formatted(
                  target.map("'%s' of "::formatted).orElse(""),
                  file,
                  arguments.isEmpty() // whose values may be secret
                      ? ""
                      : ", given " + String.join(", ", new TreeSet<>(arguments.keySet())) + ",");
      case Base.LocalImage(var path, var fetchedFrom) ->
          "read the image '%s'".formatted(fetchedFrom.orElse(path.toString()));
      case Base.ServedSif(SifAddress address) -> "fetch " + address.uri();
      case Base.Packages(PackageSource source) ->
          "install %s%s"
              .formatted(
                  source.title(),
                  source.include().isEmpty() ? "" : ", with " + String.join(" ", source.include()));
      case Base.Scratch() -> "start from an empty directory";
      case Base.Debootstrap(String suite, var mirror, var include) ->
          "bootstrap %s from %s%s"
              .formatted(
                  suite,
                  mirror.map(Object::toString).orElse("the host's own package sources"),
                  include.isEmpty() ? "" : ", with " + String.join(" ", include));
      case Base.Busybox(var binary) -> "download busybox from " + binary;
      case Base.Update(var sandbox) -> "take the sandbox '%s' as it is".formatted(sandbox);
    };
  }

  private static String image(Optional<String> name) {
    return name.map(", image '%s'"::formatted).orElse("");
  }

  private static List<String> details(BuildStep step) {
    return switch (step) {
      case RunOnHost(Section.Script script) -> scriptLines(script);
      case LayApp(App app) ->
          app.sections().files().stream().flatMap(files -> copies(files).stream()).toList();
      case CopyFromHost(Section.Files files) -> copies(files);
      case CopyFromStage(int _, String _, Section.Files files) -> copies(files);
      case RunPost(Optional<Section.Script> post, List<App> apps, var _) -> {
        List<String> lines = new ArrayList<>();
        post.ifPresent(script -> lines.addAll(scriptLines(script)));
        for (App app : apps) {
          app.sections()
              .script(ScriptKind.APP_INSTALL)
              .ifPresent(script -> {
                lines.add("# app " + app.name());
                lines.addAll(script.body().lines().toList());
              });
        }
        yield lines;
      }
      case RunTest(Section.Script script) -> script.body().lines().toList();
      case UnpackBase _, LaySkeleton _, WriteMetadata _ -> List.of();
    };
  }

  private static List<String> scriptLines(Section.Script script) {
    List<String> lines = new ArrayList<>();
    lines.add(interpreter(script));
    script.body().lines().forEach(lines::add);
    return lines;
  }

  private static String interpreter(Section.Script script) {
    return switch (script.interpreter()) {
      case Interpreter.Shell(List<String> options) -> "/bin/sh -ex" + words(options);
      case Interpreter.Command(List<String> options, List<String> words) ->
          "/bin/sh -ex%s -c '%s SCRIPT'".formatted(words(options), String.join(" ", words));
      case Interpreter.Shebang(String line) -> line;
    };
  }

  private static String words(List<String> words) {
    return words.stream().map(word -> " " + word).collect(Collectors.joining());
  }

  private static List<String> copies(Section.Files files) {
    return files.copies().stream()
        .map(copy ->
            copy.source()
                + " -> "
                + copy.destination().orElse("/" + copy.source().replaceAll("\\A/+", "")))
        .toList();
  }
}
