package dev.skiff.builder;

import dev.skiff.builder.assemble.ImageOptions;
import dev.skiff.builder.assemble.SifAssembly;
import dev.skiff.builder.assemble.StreamedAssembly;
import dev.skiff.builder.base.OciImages;
import dev.skiff.builder.base.WatchedSource;
import dev.skiff.builder.metadata.DefinitionMetadata;
import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.ImageEntry.WhenPresent;
import dev.skiff.builder.metadata.Labels;
import dev.skiff.builder.metadata.OciScripts;
import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.plan.BuildPlan;
import dev.skiff.builder.plan.BuildPlanText;
import dev.skiff.builder.plan.BuildStep;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Steps;
import dev.skiff.builder.registry.RegistryProblems;
import dev.skiff.builder.reuse.ConversionMemory;
import dev.skiff.builder.step.StepSettings;
import dev.skiff.definitions.syntax.Stage;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A plan that needs no root directory: an OCI image becomes a SIF, with nothing done to it.
record Conversion(
    OciImages images,
    Platform platform,
    StepSettings settings,
    ImageOptions options,
    ConversionMemory memory,
    BuildListener listener) {

  /// Whether a plan is that: base, skeleton, and metadata that adds to no file of the image.
  static boolean isEnough(BuildPlan plan) {
    if (plan.stages().size() != 1
        || plan.targets().size() != 1
        || plan.target().form() != Target.Form.SIF) {
      return false;
    }
    List<BuildStep> steps = plan.stages().getFirst().steps();
    return steps.size() == 3
        && steps.getFirst() instanceof BuildStep.UnpackBase(Base base)
        && OciImages.isImage(base)
        && steps.getLast() instanceof BuildStep.WriteMetadata(Stage stage, var _)
        && stage.sections().all().isEmpty();
  }

  /// Makes the file, and gives how many bytes its layers have.
  long run(BuildPlan plan, Path target) throws IOException {
    List<BuildStep> planned = plan.stages().getFirst().steps();
    if (!(planned.getFirst() instanceof BuildStep.UnpackBase(Base base))
        || !(planned.getLast() instanceof BuildStep.WriteMetadata(Stage stage, var _))) {
      throw new IllegalArgumentException("not a conversion");
    }
    Steps steps = new Steps(plan.size(), listener);
    List<Opened> opened = new ArrayList<>();
    try {
      steps.run(BuildPlanText.title(planned.getFirst()), () -> opened.add(open(base)));
      return write(plan, stage, target, opened.getFirst(), steps);
    } catch (MalformedImageException e) {
      throw RegistryProblems.unusable(opened.getFirst().source().name(), e);
    } finally {
      for (Opened image : opened) {
        image.source().close();
      }
    }
  }

  /// @param source closed at the end
  private record Opened(ImageSource source, OciImage image) {}

  private Opened open(Base base) throws IOException {
    ImageSource source = new WatchedSource(images.open(base), StreamedAssembly.CONVERT, listener);
    try {
      return new Opened(source, OciImage.find(source, platform));
    } catch (MalformedImageException | NoSuchImageException e) {
      source.close();
      throw RegistryProblems.unusable(source.name(), e);
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private long write(BuildPlan plan, Stage stage, Path target, Opened opened, Steps steps)
      throws IOException {
    List<BuildStep> planned = plan.stages().getFirst().steps();
    OciImage image = opened.image();
    settings.time().noteCreated(image.config().created());
    List<ImageEntry> entries = new ArrayList<>();
    steps.run(BuildPlanText.title(planned.get(1)), () -> entries.addAll(scripts(image)));
    steps.run(
        BuildPlanText.title(planned.getLast()),
        () -> {
          entries.addAll(DefinitionMetadata.entries(plan.definition(), stage, name -> true));
          entries.add(ImageEntry.text(Skeleton.LABELS, labels(image, stage).json()));
        });
    SifAssembly sif =
        new SifAssembly(
            target, plan.definition(), Optional.of(image.config()), Optional.empty(), options);
    StreamedAssembly assembly = StreamedAssembly.ofImage(sif, entries, memory);
    long[] total = {0};
    steps.run(
        BuildPlanText.title(plan.target()),
        () -> total[0] = assembly.write(opened.source(), image, listener));
    return total[0];
  }

  private static List<ImageEntry> scripts(OciImage image) {
    List<ImageEntry> entries = new ArrayList<>(Skeleton.entries(WhenPresent.REPLACE));
    entries.addAll(OciScripts.entries(image.config()));
    return entries;
  }

  private Labels labels(OciImage image, Stage stage) {
    ImageConfig config = image.config();
    String architecture = config.platform().architecture();
    return Labels.of(config.labels())
        .withDefaults(
            settings.time().value(),
            architecture.isEmpty() ? platform.architecture() : architecture,
            settings.version())
        .withHeader(stage.header());
  }
}
