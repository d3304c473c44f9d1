package dev.skiff.image.oci.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.skiff.image.MalformedImageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class DecompressionTest {

  private static final byte[] SKIPPABLE = {0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3};

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(UTF_8));
    }
    return out.toByteArray();
  }

  private static byte[] zstd(String text) {
    return Zstd.compress(text.getBytes(UTF_8));
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static String plain(byte[] stored) throws IOException {
    // A stream that never says more is available, as a network's does.
    InputStream slow =
        new ByteArrayInputStream(stored) {
          @Override
          public synchronized int available() {
            return 0;
          }
        };
    try (InputStream in = Decompression.open("layer", slow)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Test
  void bytesThatAreNotCompressedStayAsTheyAre() throws IOException {
    assertThat(plain("plain".getBytes(UTF_8))).isEqualTo("plain");
    assertThat(plain(new byte[0])).isEmpty();
    assertThat(plain(new byte[] {0x1F})).isEqualTo("\u001f");
  }

  @Test
  void severalGzipMembersAreOneStream() throws IOException {
    assertThat(plain(join(gzip("one "), gzip(""), gzip("two")))).isEqualTo("one two");
  }

  @Test
  void severalZstdFramesAreOneStreamAndSkippableOnesAreSkipped() throws IOException {
    assertThat(plain(join(SKIPPABLE, zstd("one "), SKIPPABLE, zstd("two"), SKIPPABLE)))
        .isEqualTo("one two");
  }

  @Test
  void aStreamThatIsCutOrSpoiledIsMalformed() throws IOException {
    for (byte[] whole : new byte[][] {gzip("x".repeat(5000)), zstd("x".repeat(5000))}) {
      for (int length = 5; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> plain(cut))
            .describedAs("cut at %d of %d", length, whole.length)
            .isInstanceOf(MalformedImageException.class)
            .hasMessageContaining("corrupt or cut short");
      }
    }
    byte[] spoiled = gzip("some text that is long enough");
    spoiled[spoiled.length - 6] ^= 1; // within the check sum
    assertThatThrownBy(() -> plain(spoiled)).isInstanceOf(MalformedImageException.class);
  }

  @Test
  void aZstdWindowThatWouldTakeMuchMemoryIsRefused() {
    byte[] frame = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) 0xA8, 1, 0, 0}; // 2^31
    assertThatThrownBy(() -> plain(frame))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("zstd: its window is larger than 134217728 bytes");
    byte[] single =
        join(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, (byte) 0xE0}, new byte[8]);
    single[10] = 1; // a content of 2^40 bytes, all of it the window
    assertThatThrownBy(() -> plain(join(single, new byte[] {1, 0, 0})))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("zstd: its window is larger than 134217728 bytes");
  }

  @Test
  void aDisksErrorIsNotTheLayersFault() {
    InputStream broken =
        new InputStream() {
          private int left = 20;
          private final byte[] start = Zstd.compress(new byte[100_000]);

          @Override
          public int read() throws IOException {
            left--;
            if (left < 0) {
              throw new IOException("Input/output error");
            }
            return start[Math.min(19 - left, start.length - 1)] & 0xFF;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            buffer[offset] = (byte) read();
            return 1;
          }
        };
    assertThatThrownBy(
            () -> {
              try (InputStream in = Decompression.open("layer", broken)) {
                in.readAllBytes();
              }
            })
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("Input/output error");
  }
}
