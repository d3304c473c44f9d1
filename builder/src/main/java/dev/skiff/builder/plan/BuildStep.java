package dev.skiff.builder.plan;

import dev.skiff.definitions.syntax.App;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.Stage;
import java.util.List;
import java.util.Optional;

/// One thing a build does to a stage's root file system.
public sealed interface BuildStep {

  /// `%pre` or `%setup`: a script on the host.
  record RunOnHost(Section.Script script) implements BuildStep {}

  /// The base is fetched and unpacked.
  record UnpackBase(Base base) implements BuildStep {}

  /// `/.singularity.d`, mount points and links; what the base had of it stays.
  record LaySkeleton() implements BuildStep {}

  /// The directories of an app, and its `%appfiles`.
  record LayApp(App app) implements BuildStep {}

  /// `%files` from the host.
  record CopyFromHost(Section.Files files) implements BuildStep {}

  /// `%files from STAGE`.
  ///
  /// @param stage number of the stage in the plan, from 0; always an earlier one
  /// @param stageName as the definition says it
  record CopyFromStage(int stage, String stageName, Section.Files files) implements BuildStep {}

  /// `%post` or a part of it, and `%appinstall` of every app after it.
  ///
  /// @param post empty if only apps are installed
  /// @param apps those that have an `%appinstall`; none but with the last part
  /// @param part the name of the part, if the author cut the script
  record RunPost(Optional<Section.Script> post, List<App> apps, Optional<String> part)
      implements BuildStep {
    public RunPost {
      apps = List.copyOf(apps);
    }
  }

  /// Help, labels, definition, environment, scripts, and the apps' own.
  ///
  /// @param sections which of them
  record WriteMetadata(Stage stage, ChosenSections sections) implements BuildStep {}

  /// `%test`, with the finished root read-only.
  record RunTest(Section.Script test) implements BuildStep {}
}
