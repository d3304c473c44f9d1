package dev.skiff.builder.cache;

import dev.skiff.image.oci.DigestCheckedStream;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.oci.ReadAheadStream;
import dev.skiff.image.oci.layer.Decompression;
import dev.skiff.image.oci.layer.TarLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A layer in a file, whose tar must have the digest that is known of it.
record KeptLayer(Path file, LayerBlob blob) implements TarLayer {

  @Override
  public String name() {
    return "step layer " + blob.diffId();
  }

  @Override
  public InputStream open() throws IOException {
    InputStream stored = Files.newInputStream(file);
    try {
      return new DigestCheckedStream(
          ReadAheadStream.start(Decompression.open(name(), stored), "layer"),
          name(),
          "diffId",
          blob.diffId());
    } catch (IOException e) {
      stored.close();
      throw e;
    }
  }
}
