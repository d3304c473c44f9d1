package dev.skiff.builder.convert;

import dev.skiff.builder.assemble.ReplacedDirectory;
import dev.skiff.builder.base.LocalImages;
import dev.skiff.builder.convert.SourceReader.Wish;
import dev.skiff.builder.oci.LayeredTargets;
import dev.skiff.builder.plan.BuildPlanText;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildEvent.Noted;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Steps;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.archive.OciLayoutWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Makes an image of layers of any image: an OCI layout, an archive, an image of a registry.
///
/// @param reader opens the source
/// @param targets writes the target
/// @param environment the caller's
/// @param listener told of the two steps
public record ImageConversion(
    SourceReader reader,
    LayeredTargets targets,
    Map<String, String> environment,
    BuildListener listener) {

  /// Refuses a target that could not be written, before anything is done.
  ///
  /// @throws ProblemException if it could not
  public void check(Target target) {
    if (!target.form().isOnDisk()) {
      LayeredTargets.check(target, environment);
      return;
    }
    Path path = target.path().toAbsolutePath();
    Path parent = path.getParent();
    boolean takesMore = target.form() == Target.Form.OCI_LAYOUT && OciLayoutWriter.isLayout(path);
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && !takesMore
        && target.existing() == Target.Existing.REFUSE) {
      throw problem(
          target,
          "'%s' already exists".formatted(target.path()),
          "use --force to replace it, or name another target");
    }
    if (target.form() != Target.Form.OCI_LAYOUT) {
      ReplacedDirectory.check(path);
    }
    if (parent == null || !Files.isDirectory(parent)) {
      throw problem(
          target,
          "there is no directory '%s'".formatted(parent),
          "make it first: mkdir -p '%s'".formatted(parent));
    }
  }

  /// Carries it out.
  ///
  /// @throws ProblemException if that fails; then there is no target, or what was there before
  public void run(SourceSpec source, Target target, Wish wish) {
    check(target);
    Steps steps = new Steps(2, listener);
    List<OpenedImage> opened = new ArrayList<>();
    try {
      if (!target.form().isOnDisk()) {
        targets.requireAllowed(target);
      }
      steps.run(
          "read '%s'".formatted(source.word()),
          () -> opened.add(reader.open(source, target.form(), wish)));
      OpenedImage image = opened.getFirst();
      image.oneLayer().ifPresent(why -> listener.on(new Noted("as one layer: " + why)));
      steps.run(
          BuildPlanText.title(target),
          () ->
              targets.write(
                  image.content(),
                  target,
                  target.path().toAbsolutePath(),
                  image.created().getEpochSecond()));
    } catch (MalformedImageException e) {
      throw LocalImages.unusable(Path.of(source.word()), e);
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "cannot convert '%s' to '%s'".formatted(source.word(), target.shown()),
              e.getClass().getSimpleName() + ": " + e.getMessage(),
              "look whether both can be used by you, and whether there is room"),
          ExitCode.PROBLEM,
          e);
    } finally {
      close(opened);
    }
  }

  private static void close(List<OpenedImage> opened) {
    for (OpenedImage image : opened) {
      try {
        image.close();
      } catch (IOException e) {
        // what was read is read; scratch files go when the process ends
      }
    }
  }

  private static ProblemException problem(Target target, String why, String fix) {
    return new ProblemException(
        new Problem("cannot make '%s'".formatted(target.shown()), why, fix));
  }
}
