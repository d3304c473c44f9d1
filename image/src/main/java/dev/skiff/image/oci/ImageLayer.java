package dev.skiff.image.oci;

import dev.skiff.image.oci.layer.Decompression;
import dev.skiff.image.oci.layer.TarLayer;
import java.io.IOException;
import java.io.InputStream;

/// A layer of an image, whose uncompressed bytes must have the digest that the configuration says.
record ImageLayer(ImageSource source, Descriptor descriptor, Digest diffId) implements TarLayer {

  @Override
  public String name() {
    return "layer " + descriptor.digest();
  }

  @Override
  public InputStream open() throws IOException {
    InputStream stored = source.blob(descriptor);
    try {
      InputStream plain = Decompression.open(name(), stored);
      return new DigestCheckedStream(
          ReadAheadStream.start(plain, "layer"), name(), "rootfs.diff_ids", diffId);
    } catch (IOException e) {
      stored.close();
      throw e;
    }
  }
}
