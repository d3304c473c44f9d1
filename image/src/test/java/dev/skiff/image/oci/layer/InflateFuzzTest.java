package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skiff.image.MalformedImageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Any bytes as a deflate stream: Java's own `Inflater` and the reader of gzip layers see the same
/// bytes in it, or both refuse it. The check sum behind it is made to fit.
class InflateFuzzTest {

  private static final int MOST_BYTES = 1 << 20;
  private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};

  /// What deflated bytes become, and how many of them that took.
  private record Inflated(ByteArrayOutputStream bytes, int taken) {}

  @FuzzTest(maxDuration = "10m")
  void deflatedBytesAreReadAsJavaReadsThem(byte @Nullable [] bytes) throws IOException {
    byte[] deflated = bytes == null ? new byte[0] : bytes;
    Optional<Inflated> wanted = inflate(deflated);
    if (wanted.isPresent() && wanted.get().bytes().size() > MOST_BYTES) {
      return;
    }
    Optional<byte[]> found = read(gzip(deflated, wanted));
    assertThat(found.isPresent()).isEqualTo(wanted.isPresent());
    if (found.isPresent() && wanted.isPresent()) {
      assertThat(found.get()).isEqualTo(wanted.get().bytes().toByteArray());
    }
  }

  private static Optional<Inflated> inflate(byte[] deflated) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(deflated);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 16];
      int count = inflater.inflate(buffer);
      while (count > 0 && out.size() <= MOST_BYTES) {
        out.write(buffer, 0, count);
        count = inflater.inflate(buffer);
      }
      return inflater.finished() || out.size() > MOST_BYTES
          ? Optional.of(new Inflated(out, (int) inflater.getBytesRead()))
          : Optional.empty();
    } catch (DataFormatException e) {
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }

  private static byte[] gzip(byte[] deflated, Optional<Inflated> known) {
    CRC32 crc = new CRC32();
    known.ifPresent(inflated -> crc.update(inflated.bytes().toByteArray()));
    ByteBuffer trailer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    trailer.putInt((int) crc.getValue()).putInt(known.map(i -> i.bytes().size()).orElse(0));
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    gzip.writeBytes(HEADER);
    gzip.writeBytes(Arrays.copyOf(deflated, known.map(Inflated::taken).orElse(deflated.length)));
    gzip.writeBytes(trailer.array());
    return gzip.toByteArray();
  }

  private static Optional<byte[]> read(byte[] gzip) throws IOException {
    try (InputStream in = Decompression.open("layer", new ByteArrayInputStream(gzip))) {
      return Optional.of(in.readAllBytes());
    } catch (MalformedImageException _) {
      return Optional.empty();
    }
  }
}
