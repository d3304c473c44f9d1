package dev.skiff.builder.assemble;

import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.TreeDuplicate;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.nio.file.Path;

/// Makes a sandbox directory of a finished root: renames it, or copies it where the target lies on
/// another file system.
///
/// @param target the directory's final name
public record SandboxAssembly(Path target) {

  /// Moves the root to its name; the root directory is gone afterwards.
  public void settle(RootFilesystem root, IdMapping ids) throws IOException {
    try (Place place = Place.beside(target)) {
      if (place.canTake(root.directory())) {
        place.settle(root.directory());
        return;
      }
      Path copied = place.of("sandbox");
      TreeDuplicate.copy(root.directory(), copied, ids);
      place.settle(copied);
    }
  }
}
