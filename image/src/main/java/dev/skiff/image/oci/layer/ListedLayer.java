package dev.skiff.image.oci.layer;

import dev.skiff.image.tar.listing.TarListing;
import dev.skiff.image.tar.listing.TarListingWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// A layer with what is remembered of it, and a place for what is to be.
public record ListedLayer(
    TarLayer layer, Optional<TarListing> listing, Optional<TarListingWriter> notes)
    implements TarLayer {

  @Override
  public String name() {
    return layer.name();
  }

  @Override
  public InputStream open() throws IOException {
    return layer.open();
  }
}
