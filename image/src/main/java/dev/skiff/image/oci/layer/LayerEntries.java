package dev.skiff.image.oci.layer;

import dev.skiff.image.tar.TarEntry;
import dev.skiff.image.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/// Reads the tar of a layer to its very end, where its digest is checked.
final class LayerEntries {

  private LayerEntries() {}

  /// Something done with one entry.
  interface Each {
    /// Called in the order of the tar.
    ///
    /// @param reader gives the entry's content, until the next entry is read
    void take(TarEntry entry, TarReader reader) throws IOException;
  }

  /// All entries in their order.
  ///
  /// @throws dev.skiff.image.MalformedImageException if it is no tar, or its bytes are not those it
  ///   should have
  static void forEach(TarLayer layer, Each each) throws IOException {
    try (InputStream in = layer.open()) {
      TarReader reader = new TarReader(layer.name(), in);
      for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
        each.take(entry.get(), reader);
      }
      long _ = in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
