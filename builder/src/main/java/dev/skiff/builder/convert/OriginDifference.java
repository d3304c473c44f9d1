package dev.skiff.builder.convert;

import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Phases;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.layer.LayerDifference;
import dev.skiff.image.oci.layer.MergeLimits;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;

/// What an image file has besides the layers that it says it was made of.
final class OriginDifference {

  private OriginDifference() {}

  /// The layers are not what they should be, or the way to them fails.
  static final class Unreadable extends IOException {

    private static final long serialVersionUID = 1;

    private Unreadable(IOException cause) {
      super(cause.getMessage(), cause);
    }

    String why() {
      return "its layers cannot be read: " + getMessage();
    }
  }

  /// Why layers that a registry does not give are not taken.
  static String unhad(ProblemException failure) {
    return "its layers cannot be had: " + failure.problem().why();
  }

  /// The layer that makes a tree of an image's layers, all of which are read.
  ///
  /// @param source of the image
  /// @throws Unreadable if they cannot be
  static FileTree of(ImageSource source, OciImage image, FileTree whole, BuildListener listener)
      throws IOException {
    image.announce(source, layer -> true);
    try {
      return new Phases(listener)
          .time(
              "compare",
              -1,
              () -> LayerDifference.between(image.layers(), whole, MergeLimits.STANDARD));
    } catch (IOException e) {
      throw new Unreadable(e);
    }
  }
}
