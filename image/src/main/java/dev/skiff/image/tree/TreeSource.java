package dev.skiff.image.tree;

import java.io.IOException;

/// A tree that is read when it is needed, anew each time.
@FunctionalInterface
public interface TreeSource {
  FileTree read() throws IOException;
}
