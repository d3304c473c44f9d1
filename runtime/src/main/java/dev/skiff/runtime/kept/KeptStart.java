package dev.skiff.runtime.kept;

import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.planner.ImageFacts;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.GpuRequest;
import dev.skiff.runtime.request.MountRequest;
import dev.skiff.runtime.request.ProcessRequest;
import dev.skiff.runtime.request.RunArguments;
import dev.skiff.runtime.seen.Sightings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A start that may be kept.
///
/// @param leadingWords how many of the caller's words it depends on: sub-command, options, image
/// @param image where the image lies, as the set-up names it
/// @param plan what is carried out
/// @param use by whom
/// @param seen what was looked at for a GPU's driver and for files of variables; null for none
public record KeptStart(
    int leadingWords, Path image, ContainerPlan plan, Use use, @Nullable Sightings seen) {

  /// Who has use of it.
  public enum Use {
    /// Every later start: it makes the same calls again.
    AGAIN,
    /// The other ranks of a job step: they go into this very container, and need the script alone.
    SHARED
  }

  /// The start, if all that its plan depends on is what the launcher looks at (the words, the
  /// caller's ids, directory and variables, account tables, name servers, the image file) or shows
  /// in how the calls end. Null when in doubt.
  public static @Nullable KeptStart of(
      RunArguments.Accepted accepted,
      ImageFacts image,
      ContainerPlan plan,
      @Nullable Sightings seen) {
    if (accepted.request().output().keeping() == ExecRequest.Keeping.SHARED) {
      return isShareable(accepted.request())
          ? new KeptStart(
              accepted.wordsBeforeArguments(), image.root().place(), plan, Use.SHARED, null)
          : null;
    }
    boolean told = !accepted.warnings().isEmpty() || !plan.notices().isEmpty();
    boolean volumes = !image.overlays().isEmpty() || image.root() instanceof ImageFacts.Ext3;
    if (told || volumes || !isFit(accepted.request(), seen)) {
      return null;
    }
    Path place = image.root().place();
    // What was put together out of it lies elsewhere, and may be gone the next time.
    return place.equals(image.path())
        ? new KeptStart(accepted.wordsBeforeArguments(), place, plan, Use.AGAIN, seen)
        : null;
  }

  // With --contain, GPUs are chosen by variables that differ from rank to rank.
  private static boolean isShareable(ExecRequest request) {
    boolean chosen =
        request.mounts().containment() == MountRequest.Containment.CONTAIN
            && !request.mounts().gpu().isEmpty();
    return request.output().isPlain() && !chosen;
  }

  private static boolean isFit(ExecRequest request, @Nullable Sightings seen) {
    boolean plain =
        request.output().isPlain() && request.output().keeping() == ExecRequest.Keeping.ALLOWED;
    boolean known =
        isSeenWhole(request.mounts().gpu(), seen)
            && !request.mounts().namesVolumes()
            && (seen != null || request.environment().files().isEmpty());
    return plain
        && known
        && request.process().identity() == ProcessRequest.Identity.CALLER
        && request.process().privileges().isUsual();
  }

  // What specifications say, and a program of NVIDIA's, is not among what was seen.
  private static boolean isSeenWhole(GpuRequest gpu, @Nullable Sightings seen) {
    boolean noted = gpu.devices().isEmpty() && gpu.source() == GpuRequest.Source.LOADER_CACHE;
    return gpu.isEmpty() || (noted && seen != null);
  }

  /// What the launcher is to keep; null when the calls that were made cannot be made again.
  ///
  /// @param script the payload's, as the waiting shell got it
  public byte @Nullable [] text(RecordedCalls calls, String script) {
    int images = 0;
    for (SetupStep step : plan.setup()) {
      if (step instanceof SetupStep.MountImage) {
        images++;
      }
    }
    byte[] recorded =
        use == Use.SHARED ? new KeptFields().text("end").bytes() : calls.fields(images);
    if (recorded == null) {
      return null;
    }
    KeptFields head = new KeptFields();
    head.number(leadingWords).text(image.toString()).text(script);
    if (seen != null && use == Use.AGAIN) {
      seen.each(
          (question, path, answer) -> head.text("seen").text(question).text(path).text(answer));
    }
    if (head.isSpoilt()) {
      return null;
    }
    byte[] start = head.bytes();
    byte[] text = new byte[start.length + recorded.length];
    System.arraycopy(start, 0, text, 0, start.length);
    System.arraycopy(recorded, 0, text, start.length, recorded.length);
    return text;
  }
}
