package dev.skiff.image.oci.layer;

import java.io.IOException;
import java.io.InputStream;

/// One layer: a tar stream with whiteouts.
public interface TarLayer {

  /// The layer as messages name it.
  String name();

  /// The uncompressed tar from its start; usually read once, rarely twice. The caller closes.
  InputStream open() throws IOException;
}
