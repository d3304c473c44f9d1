package dev.skiff.image.oci.layer;

import dev.skiff.image.tar.listing.TarListing;
import dev.skiff.image.tar.listing.TarListingWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// One layer: a tar stream with whiteouts.
public interface TarLayer {

  /// The layer as messages name it.
  String name();

  /// The uncompressed tar from its start; usually read once, rarely twice. The caller closes.
  InputStream open() throws IOException;

  /// What an earlier reading found in the tar; it is then opened only for contents that the sink
  /// does not know.
  default Optional<TarListing> listing() {
    return Optional.empty();
  }

  /// Where it is noted what a reading of the tar finds.
  default Optional<TarListingWriter> notes() {
    return Optional.empty();
  }
}
