package dev.skiff.builder.oci;

import dev.skiff.builder.assemble.NewFile;
import dev.skiff.builder.docker.Daemons;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildEvent.Delivered;
import dev.skiff.builder.progress.BuildEvent.Noted;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.registry.Offline;
import dev.skiff.builder.registry.RegistryProblems;
import dev.skiff.builder.registry.RegistryPush;
import dev.skiff.builder.registry.Uploads;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.InvalidImageReferenceException;
import dev.skiff.image.oci.archive.DockerArchiveWriter;
import dev.skiff.image.oci.archive.ImageContent;
import dev.skiff.image.oci.archive.OciLayoutWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/// Puts images of layers where they are wanted: into layouts, archives and registries.
///
/// @param uploads asked only for targets in registries
/// @param daemons asked only for targets in a daemon
/// @param listener told what was sent
public record LayeredTargets(Uploads uploads, Daemons daemons, BuildListener listener) {

  /// Refuses a target that no image can have, whatever it is.
  ///
  /// @param environment the caller's
  /// @throws ProblemException for a name that is none, and for one that may not be asked
  public static void check(Target target, Map<String, String> environment) {
    ImageReference reference = reference(target);
    if (reference.digest().isPresent()) {
      throw new ProblemException(
          new Problem(
              "cannot give an image the name '%s'".formatted(target.shown()),
              "a digest is what comes of the image, and cannot be chosen",
              "name a tag"),
          ExitCode.USAGE);
    }
    if (target.form() == Target.Form.REGISTRY && Offline.isAsked(environment)) {
      throw new ProblemException(
          new Problem(
              "cannot push to '%s'".formatted(target.shown()),
              "a registry would have to be asked, and SKIFF_OFFLINE or --offline forbids it",
              "leave out --offline, or write oci:DIR and push that later"),
          ExitCode.USAGE);
    }
  }

  private static ImageReference reference(Target target) {
    try {
      return ImageReference.parse(target.name().orElse(""));
    } catch (InvalidImageReferenceException e) {
      throw RegistryProblems.invalidReference(e);
    }
  }

  /// Asks whether a target that is not on disk would take an image.
  ///
  /// @throws ProblemException if it would not
  public void requireAllowed(Target target) {
    if (target.form() == Target.Form.DAEMON) {
      daemons.requireAnswer();
    } else {
      uploads.push(reference(target)).requireAllowed();
    }
  }

  /// Writes or sends an image. What had the name before has it until the new one is whole.
  ///
  /// @param path of the target, absolute; of no account for one that is not on disk
  /// @param mtimeSeconds of what archives hold
  /// @throws ProblemException if it cannot be sent
  public void write(ImageContent image, Target target, Path path, long mtimeSeconds)
      throws IOException {
    switch (target.form()) {
      case SIF, SANDBOX -> throw new IllegalArgumentException("no target of layers");
      case OCI_LAYOUT -> layout(image, target, path);
      case OCI_ARCHIVE ->
          NewFile.write(
              path, file -> OciLayoutWriter.writeArchive(file, image, target.name(), mtimeSeconds));
      case DOCKER_ARCHIVE ->
          NewFile.write(
              path, file -> DockerArchiveWriter.write(file, image, target.name(), mtimeSeconds));
      case REGISTRY -> push(image, reference(target));
      case DAEMON -> {
        String id = daemons.load(image, target.name().orElse(""), mtimeSeconds);
        listener.on(new Noted("%s is %s".formatted(target.shown(), id)));
      }
    }
  }

  /// A layout that is there is never without its index; a new one appears when it is whole.
  private static void layout(ImageContent image, Target target, Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      OciLayoutWriter.writeDirectory(path, image, target.name());
    } else {
      NewFile.write(path, made -> OciLayoutWriter.writeDirectory(made, image, target.name()));
    }
  }

  private void push(ImageContent image, ImageReference reference) {
    RegistryPush.Result result = uploads.push(reference).push(image);
    String name =
        "%s/%s@%s".formatted(reference.registry(), reference.repository(), result.digest());
    listener.on(new Delivered(name, result.sent(), result.sentBytes(), result.there()));
  }
}
