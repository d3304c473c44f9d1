package dev.skiff.cli.container;

import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.planner.ImageFacts;
import java.nio.file.Path;

/// The last way to see into a SquashFS image: where it can be mounted neither by the kernel nor through
/// FUSE, it is unpacked once into the cache.
final class ImageUnpacking {

  private ImageUnpacking() {}

  static ImageFacts whereNeeded(ImageFacts image, HostFacts host) {
    if (host.imageMount() != HostFacts.ImageMount.NONE
        || !(image.root() instanceof ImageFacts.Squashfs squashfs)) {
      return image;
    }
    Path tree = OwnProcess.path(host.environment(), "unpack-into-cache", squashfs.file().toString());
    return new ImageFacts(
        image.path(), image.name(), new ImageFacts.Tree(tree, ImageFacts.Ownership.CACHE));
  }
}
