package dev.skiff.builder.cache;

import dev.skiff.image.oci.DigestCheckedStream;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.oci.ReadAheadStream;
import dev.skiff.image.oci.layer.Decompression;
import dev.skiff.image.oci.layer.TarLayer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A layer in a file, whose tar must have the digest that is known of it. A damaged file is removed
/// by whoever comes upon the damage.
///
/// @param damage told then
record KeptLayer(Path file, LayerBlob blob, Runnable damage) implements TarLayer {

  @Override
  public String name() {
    return "step layer " + blob.diffId();
  }

  @Override
  public InputStream open() throws IOException {
    try {
      return new Watched(opened());
    } catch (IOException e) {
      check();
      throw e;
    }
  }

  private InputStream opened() throws IOException {
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

  /// Reading may have failed for another reason, such as that the work was stopped.
  private void check() throws IOException {
    if (!isSound()) {
      boolean _ = Files.deleteIfExists(file);
      damage.run();
    }
  }

  /// Whether the file has its digest.
  boolean isSound() {
    try {
      return InputDigests.read(file).equals(blob.stored().digest());
    } catch (IOException e) {
      return false;
    }
  }

  private final class Watched extends FilterInputStream {

    private boolean ended;

    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        int count = in.read(buffer, offset, length);
        ended |= count < 0;
        return count;
      } catch (IOException e) {
        check();
        throw e;
      }
    }

    @Override
    public long skip(long count) throws IOException {
      try {
        return in.skip(count);
      } catch (IOException e) {
        check();
        throw e;
      }
    }

    /// Who stops before the end may have come upon damage that no stream noticed: a wrong header.
    @Override
    public void close() throws IOException {
      super.close();
      if (!ended) {
        check();
      }
    }
  }
}
