package dev.skiff.builder.stage;

import dev.skiff.builder.cache.InputDigests;
import dev.skiff.builder.cache.KeyParts;
import dev.skiff.builder.copy.FileCopy;
import dev.skiff.builder.metadata.ImageEntry.WhenPresent;
import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.plan.BuildStep;
import dev.skiff.builder.plan.ChosenSections;
import dev.skiff.builder.step.Engine;
import dev.skiff.builder.step.StepSettings;
import dev.skiff.definitions.syntax.App;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.Stage;
import dev.skiff.image.oci.Digest;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Says what the result of a step depends on.
///
/// @param definition that the image keeps
/// @param settings of all steps
/// @param inputs names the content of files that are copied in
public record StepKeys(DefinitionFile definition, StepSettings settings, InputDigests inputs) {

  private static final List<String> PREFIXES =
      List.of("SINGULARITYENV_", "APPTAINERENV_", "SKIFFENV_");

  /// What the result of a step depends on, besides this program itself.
  ///
  /// @param before what all steps before it come to
  /// @param earlier what each earlier stage comes to, for whoever copies from it
  /// @return empty if that cannot be known: the step has to run
  public Optional<KeyParts> of(BuildStep step, Digest before, List<Digest> earlier) {
    KeyParts start =
        KeyParts.after(before)
            .with("the way that ids are mapped", ids())
            .with("the time that was asked for", settings.time().latest().toString());
    return switch (step) {
      case BuildStep.RunOnHost _ -> Optional.empty(); // it may read anything of the host
      case BuildStep.UnpackBase(Base base) ->
          base instanceof Base.Debootstrap
                  || base instanceof Base.Packages
                  || base instanceof Base.Busybox
              ? Optional.of(start.with("the base", base.toString()))
              : Optional.empty();
      case BuildStep.LaySkeleton() ->
          Optional.of(
              start.with("what every image has", Skeleton.entries(WhenPresent.REPLACE).toString()));
      case BuildStep.LayApp(App app) ->
          copies(start.with("the app", app.name()), app.sections().files());
      case BuildStep.CopyFromHost(Section.Files files) -> copies(start, List.of(files));
      case BuildStep.CopyFromStage(int number, String _, Section.Files files) ->
          Optional.of(
              lines(start, files).with("the stage that is copied from", earlier.get(number)));
      case BuildStep.RunPost(Optional<Section.Script> post, List<App> apps, var _) ->
          Optional.of(engine(post(start, post, apps)));
      case BuildStep.WriteMetadata(Stage _, ChosenSections sections) ->
          Optional.of(metadata(start, sections));
      case BuildStep.RunTest(Section.Script test) ->
          Optional.of(engine(surroundings(script(start, test))));
    };
  }

  private KeyParts engine(KeyParts parts) {
    return settings.engine() == Engine.OWN ? parts : parts.with("--engine", settings.engine() + "");
  }

  /// Owners are lost where there is one id alone.
  private String ids() {
    return settings.ids() == IdMapping.SINGLE ? "single" : "faithful";
  }

  private KeyParts metadata(KeyParts start, ChosenSections sections) {
    return start
        .with("the definition", definition.text())
        .with("--section", sections.extent() + " " + new TreeSet<>(sections.names()))
        .with("--arch", settings.architecture().orElse(""))
        .with("the version of Skiff", settings.version());
  }

  /// The same where `--force` decides what the step gives.
  public KeyParts forced(KeyParts parts) {
    return parts.with("--force", settings.collision().name());
  }

  private KeyParts post(KeyParts start, Optional<Section.Script> post, List<App> apps) {
    KeyParts parts = post.isPresent() ? script(start, post.get()) : start;
    for (App app : apps) {
      String body =
          app.sections().script(ScriptKind.APP_INSTALL).map(Section.Script::body).orElse("");
      parts = parts.with("the %%appinstall of '%s'".formatted(app.name()), body);
    }
    return surroundings(parts);
  }

  private KeyParts script(KeyParts parts, Section.Script script) {
    return parts
        .with("the script", script.body())
        .with("the script's interpreter", script.interpreter().toString())
        .with("the time of what it writes", settings.time().origin().name());
  }

  /// What a script sees besides the root.
  private KeyParts surroundings(KeyParts start) {
    KeyParts parts = start;
    for (Map.Entry<String, String> variable : new TreeMap<>(settings.environment()).entrySet()) {
      if (PREFIXES.stream().anyMatch(variable.getKey()::startsWith)) {
        parts = parts.with("the variable '%s'".formatted(variable.getKey()), variable.getValue());
      }
    }
    if (!settings.mounts().binds().isEmpty()) {
      parts = parts.with("what is bound", settings.mounts().binds().toString());
    }
    return parts.with("the graphics driver", settings.mounts().gpu().toString());
  }

  private Optional<KeyParts> copies(KeyParts start, List<Section.Files> groups) {
    KeyParts parts = start;
    FileCopy.Sources sources = FileCopy.Sources.ofHost(settings.directory());
    try {
      for (Section.Files files : groups) {
        parts = lines(parts, files);
        for (Section.Copy copy : files.copies()) {
          for (Path found : sources.find(copy.source())) {
            parts = parts.with("the content of '%s'".formatted(named(found)), inputs.of(found));
          }
        }
      }
    } catch (IOException e) {
      return Optional.empty(); // whoever copies them will tell
    }
    return Optional.of(parts);
  }

  /// The same wherever the build is called from.
  private Path named(Path found) {
    return found.startsWith(settings.directory()) ? settings.directory().relativize(found) : found;
  }

  private static KeyParts lines(KeyParts start, Section.Files files) {
    KeyParts parts = start;
    int number = 1;
    for (Section.Copy copy : files.copies()) {
      String to = copy.destination().orElse("");
      parts = parts.with("line %d of %%files".formatted(number), copy.source() + "\0" + to);
      number++;
    }
    return parts;
  }
}
