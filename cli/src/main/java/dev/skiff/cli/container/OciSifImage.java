package dev.skiff.cli.container;

import dev.skiff.builder.metadata.OciScripts;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.ocisif.OciSif;
import dev.skiff.image.ocisif.OciSif.Layer;
import dev.skiff.image.sif.SifReader;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.planner.ImageFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The image in a SIF file of OCI blobs. One layer is mounted where it lies; several are merged
/// into the cache first, by a process of their own. Loaded only for such a file: it needs JSON.
final class OciSifImage {

  private static final String FOLDER = "/.singularity.d/";

  private final OciSif image;

  private OciSifImage(OciSif image) {
    this.image = image;
  }

  static OciSifImage read(Path path, SifReader sif) throws IOException {
    return new OciSifImage(OciSif.read(path, sif, Platform.host()));
  }

  boolean hasOverlay() {
    return image.hasOverlay();
  }

  boolean isLayered() {
    return image.layers().size() > 1;
  }

  Layer root() {
    return image.layers().getFirst();
  }

  /// What the configuration says, as files: an image of this kind has no scripts of its own.
  List<ImageFacts.AddedFile> files() {
    return List.of(
        new ImageFacts.AddedFile(
            new ContainerPath(FOLDER + "env/10-docker2singularity.sh"),
            OciScripts.environment(image.config().env()).text()),
        new ImageFacts.AddedFile(
            new ContainerPath(FOLDER + "runscript"),
            OciScripts.runscript(image.config().entrypoint(), image.config().cmd())));
  }

  /// An ordinary SIF file of the same content.
  static Path merged(Path path, Map<String, String> environment) {
    return OwnProcess.path(environment, "pull", "--into-cache", "oci-sif:" + path);
  }
}
