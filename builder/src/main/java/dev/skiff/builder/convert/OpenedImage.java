package dev.skiff.builder.convert;

import dev.skiff.image.oci.archive.ImageContent;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An image as layers, readable until it is closed.
///
/// @param created when it says it was made
/// @param oneLayer why it is one layer; empty if these are the layers it was made of
/// @param open closed with it, the last first
public record OpenedImage(
    ImageContent content, Instant created, Optional<String> oneLayer, List<Closeable> open)
    implements Closeable {

  public OpenedImage {
    open = List.copyOf(open);
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : open.reversed()) {
      each.close();
    }
  }
}
