package dev.skiff.builder.assemble;

import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.oci.layer.LayerTar;
import dev.skiff.image.tree.FileTree;
import java.util.List;

/// Tells what a layer could not hold.
public final class LostSockets {

  private LostSockets() {}

  /// One warning, whatever the number of sockets.
  ///
  /// @param layer that becomes a tar
  public static void tell(FileTree layer, BuildListener listener) {
    List<String> lost = LayerTar.unsayable(layer);
    if (!lost.isEmpty()) {
      listener.on(new Warned(problem(lost)));
    }
  }

  private static Problem problem(List<String> lost) {
    return new Problem(
        lost.size() == 1
            ? "the socket '%s' is left out".formatted(lost.getFirst())
            : "%d sockets are left out, '%s' first".formatted(lost.size(), lost.getFirst()),
        "the layers of an image have no place for sockets",
        "let the program that listens make its socket when it starts");
  }
}
