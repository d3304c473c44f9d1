package dev.skiff.image.squashfs;

import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Writes images for tests.
public final class Images {

  private Images() {}

  public static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  public static Path write(Path file, FileTree tree, SquashfsOptions options) throws IOException {
    try (FileChannel channel = channel(file)) {
      long size = SquashfsWriter.write(tree, channel, 0, options);
      if (size != channel.size()) {
        throw new IllegalStateException("%d bytes, said %d".formatted(channel.size(), size));
      }
    }
    return file;
  }
}
