package dev.skiff.builder.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.builder.metadata.Labels;
import dev.skiff.builder.metadata.Labels.Collision;
import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.builder.plan.ChosenSections;
import dev.skiff.definitions.syntax.Stage;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// The labels that a stage gives its image.
///
/// @param chosen which of the stage's sections count
/// @param texts what the image says before its metadata is written
record StageLabels(Stage stage, ChosenSections chosen, ImageTexts texts, StepSettings settings) {

  /// Those of the base.
  ///
  /// @throws JsonProcessingException if they are no JSON object
  Labels inherited() throws IOException {
    Optional<String> json = texts.read(new ContainerPath(Skeleton.LABELS));
    return json.isEmpty() ? Labels.of(Map.of()) : Labels.parse(json.get());
  }

  /// The base's, and all others.
  ///
  /// @param architecture as Go and OCI name it
  Labels above(Labels inherited, String architecture, Collision collision) throws IOException {
    Labels labels =
        inherited
            .withDefaults(settings.time().value(), architecture, settings.version())
            .withHeader(stage.header());
    if (hasHelp()) {
      labels = labels.withHelp();
    }
    if (chosen.includes("labels")) {
      labels = labels.with(stage.sections().labels(), collision);
    }
    Optional<String> lines = texts.read(new ContainerPath(Skeleton.BUILD_LABELS));
    return lines.isPresent() ? labels.withBuildLines(lines.get(), collision) : labels;
  }

  private boolean hasHelp() throws IOException {
    return (chosen.includes("help") && stage.sections().help().isPresent())
        || texts.read(new ContainerPath(Skeleton.HELP)).isPresent();
  }

  /// Whether a label has two values, so that `--force` decides.
  boolean collide() throws IOException {
    Labels before;
    try {
      before = inherited();
    } catch (JsonProcessingException e) {
      before = Labels.of(Map.of()); // whoever writes them will tell
    }
    return !above(before, "", Collision.KEEP).refused().isEmpty();
  }
}
