package dev.skiff.builder.inspect;

import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.image.squashfs.LayerStack;
import dev.skiff.image.squashfs.SquashfsReader.Links;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The small text files of SquashFS images, each looked up on its own.
record SquashfsTexts(LayerStack image) implements ImageTexts {

  private static final int LARGEST_BYTES = 4 << 20;

  @Override
  public Optional<String> read(ContainerPath file) throws IOException {
    if (!(image.find(file.value(), Links.FOLLOWED).orElse(null) instanceof RegularFile found)) {
      return Optional.empty();
    }
    try (InputStream in = found.content().open()) {
      byte[] bytes = in.readNBytes(LARGEST_BYTES + 1);
      if (bytes.length > LARGEST_BYTES) {
        throw new IOException(file.value() + " has more than " + LARGEST_BYTES + " bytes");
      }
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Override
  public List<String> names(ContainerPath directory) throws IOException {
    return image.names(directory.value(), Links.FOLLOWED).stream()
        .map(FileName::toString)
        .sorted()
        .toList();
  }
}
