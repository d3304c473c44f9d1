package dev.skiff.builder.root;

import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The small text files of a root directory.
///
/// @param paths of the root
public record RootTexts(RootPaths paths) implements ImageTexts {

  private static final int LARGEST_BYTES = 4 << 20;

  @Override
  public Optional<String> read(ContainerPath file) throws IOException {
    Path host = paths.follow(Path.of(file.value()));
    if (!paths.files().isFile(host)) {
      return Optional.empty();
    }
    try (InputStream in = paths.files().open(host)) {
      byte[] bytes = in.readNBytes(LARGEST_BYTES + 1);
      if (bytes.length > LARGEST_BYTES) {
        throw new IOException(file + " has more than " + LARGEST_BYTES + " bytes");
      }
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Override
  public List<String> names(ContainerPath directory) throws IOException {
    Path host = paths.follow(Path.of(directory.value()));
    return paths.files().isDirectory(host) ? paths.files().names(host) : List.of();
  }
}
