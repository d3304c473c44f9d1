package dev.skiff.image.gzip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Held against zlib: whatever it made is read, and whatever it refuses is refused.
class GzipStreamTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void readsEveryLevelAndStrategy(int level) throws IOException {
    Random random = new Random(level);
    for (int strategy : new int[] {0, Deflater.FILTERED, Deflater.HUFFMAN_ONLY}) {
      for (int kind = 0; kind < 5; kind++) {
        byte[] plain = content(random, kind, random.nextInt(600_000));
        assertThat(read(member(plain, level, strategy), random))
            .as("level %d, strategy %d, kind %d", level, strategy, kind)
            .isEqualTo(plain);
      }
    }
  }

  /// Random, text of few letters, long runs, short periods, and all of them mixed.
  private static byte[] content(Random random, int kind, int size) {
    byte[] bytes = new byte[size];
    int at = 0;
    while (at < size) {
      int length = Math.min(size - at, 1 + random.nextInt(70_000));
      int period = 1 + random.nextInt(12);
      for (int i = 0; i < length; i++) {
        bytes[at + i] =
            switch (kind == 4 ? length % 4 : kind) {
              case 0 -> (byte) random.nextInt();
              case 1 -> (byte) ('a' + random.nextInt(1 + random.nextInt(26)));
              case 2 -> (byte) length;
              default -> i < period ? (byte) random.nextInt() : bytes[at + i - period];
            };
      }
      at += length;
    }
    return bytes;
  }

  private static byte[] member(byte[] plain, int level, int strategy) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, 3});
    try (Deflater deflater = new Deflater(level, true)) {
      deflater.setStrategy(strategy);
      deflater.setInput(plain);
      deflater.finish();
      byte[] buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        bytes.write(buffer, 0, deflater.deflate(buffer));
      }
    }
    CRC32 crc = new CRC32();
    crc.update(plain);
    writeInt(bytes, (int) crc.getValue());
    writeInt(bytes, plain.length);
    return bytes.toByteArray();
  }

  private static void writeInt(ByteArrayOutputStream bytes, int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      bytes.write(value >>> shift);
    }
  }

  /// Hands the bytes out in small pieces and takes them in pieces of all sizes.
  private static byte[] read(byte[] stored, Random random) throws IOException {
    InputStream dribble =
        new ByteArrayInputStream(stored) {
          @Override
          public synchronized int read(byte[] buffer, int offset, int length) {
            return super.read(buffer, offset, Math.min(length, 1 + random.nextInt(5000)));
          }
        };
    try (InputStream in = new GzipStream(dribble)) {
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 17];
      int count = in.read(buffer, 0, 1 + random.nextInt(buffer.length));
      while (count >= 0) {
        plain.write(buffer, 0, count);
        count = in.read(buffer, 0, 1 + random.nextInt(buffer.length));
      }
      assertThat(in.read()).isEqualTo(-1);
      return plain.toByteArray();
    }
  }

  @Test
  void readsMembersInARowAsOne() throws IOException {
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      byte[] part = content(random, i % 5, i % 7 == 0 ? 0 : random.nextInt(50_000));
      plain.write(part);
      stored.write(member(part, 6, 0));
    }
    assertThat(read(stored.toByteArray(), random)).isEqualTo(plain.toByteArray());
  }

  @Test
  void readsAHeaderWithEverythingInIt() throws IOException {
    byte[] plain = "hello".getBytes(UTF_8);
    byte[] simple = member(plain, 6, 0);
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    stored.write(new byte[] {0x1F, (byte) 0x8B, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3});
    stored.write(new byte[] {3, 0, 'x', 'y', 'z'});
    stored.write("name\0comment\0".getBytes(UTF_8));
    stored.write(new byte[] {7, 7});
    stored.write(simple, 10, simple.length - 10);
    assertThat(read(stored.toByteArray(), new Random(1))).isEqualTo(plain);
  }

  @Test
  void refusesWhatIsCutShortAnywhere() throws IOException {
    byte[] stored = member(content(new Random(3), 1, 5_000), 6, 0);
    for (int length = 0; length < stored.length; length++) {
      byte[] cut = Arrays.copyOf(stored, length);
      assertThatThrownBy(() -> read(cut, new Random(1)))
          .as("%d of %d bytes", length, stored.length)
          .isInstanceOfAny(EOFException.class, ZipException.class);
    }
  }

  @Test
  void refusesBytesBehindTheLastMember() throws IOException {
    byte[] stored = Arrays.copyOf(member(new byte[100], 6, 0), 200);
    assertThatThrownBy(() -> read(stored, new Random(1)))
        .isInstanceOf(ZipException.class)
        .hasMessage("no gzip member begins where one should");
  }

  @Test
  void refusesAWrongChecksumAndAWrongLength() throws IOException {
    byte[] stored = member("some text".getBytes(UTF_8), 6, 0);
    byte[] checksum = stored.clone();
    checksum[stored.length - 8] ^= 1;
    assertThatThrownBy(() -> read(checksum, new Random(1)))
        .hasMessage("the CRC-32 is not that of the bytes");
    byte[] length = stored.clone();
    length[stored.length - 1] ^= 1;
    assertThatThrownBy(() -> read(length, new Random(1)))
        .hasMessage("the length is not that of the bytes");
  }

  @Test
  void refusesWhatZlibRefusesAndReadsWhatItReads() throws IOException {
    Random random = new Random(4);
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] stored = member(content(random, round % 5, random.nextInt(300)), round % 10, 0);
      for (int flips = 1 + random.nextInt(2); flips > 0; flips--) {
        // The trailer stays: a header or code may be changed without the text changing.
        stored[10 + random.nextInt(stored.length - 18)] ^= (byte) (1 << random.nextInt(8));
      }
      Optional<byte[]> expected = zlib(stored);
      if (expected.isEmpty()) {
        assertThatThrownBy(() -> read(stored, random)).isInstanceOf(IOException.class);
      } else {
        assertThat(read(stored, random)).isEqualTo(expected.get());
        read++;
      }
    }
    assertThat(read).as("changed and still equal").isGreaterThan(0);
  }

  private static Optional<byte[]> zlib(byte[] stored) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(stored))) {
      return Optional.of(in.readAllBytes());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
