package dev.skiff.image.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReadAheadStreamTest {

  @Test
  void givesWhatTheOtherGives() throws IOException {
    byte[] bytes = new byte[5_000_000];
    new Random(1).nextBytes(bytes);
    for (int size : new int[] {0, 1, 1 << 17, (1 << 17) + 1, bytes.length}) {
      InputStream in = new ByteArrayInputStream(bytes, 0, size);
      try (InputStream ahead = ReadAheadStream.start(in, "test")) {
        assertThat(ahead.readAllBytes())
            .isEqualTo(new ByteArrayInputStream(bytes, 0, size).readAllBytes());
        assertThat(ahead.read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void throwsWhatTheOtherThrowsAfterWhatItGave() throws IOException {
    InputStream broken =
        new SequenceInputStream(
            new ByteArrayInputStream(new byte[300_000]),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("the disk is gone");
              }

              @Override
              public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
              }
            });
    try (InputStream ahead = ReadAheadStream.start(broken, "test")) {
      assertThat(ahead.readNBytes(300_000)).hasSize(300_000);
      assertThatThrownBy(ahead::read)
          .isInstanceOf(IOException.class)
          .hasMessage("the disk is gone");
      assertThatThrownBy(ahead::read).as("again").hasMessage("the disk is gone");
    }
  }

  @Test
  void endsItsThreadBeforeItClosesTheOther() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    AtomicBoolean inside = new AtomicBoolean();
    AtomicBoolean closedInside = new AtomicBoolean();
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 0;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            inside.set(true);
            reading.countDown();
            inside.set(false);
            return length;
          }

          @Override
          public void close() {
            closedInside.set(inside.get());
          }
        };
    InputStream ahead = ReadAheadStream.start(endless, "test");
    reading.await();
    ahead.close();
    assertThat(closedInside).isFalse();
  }
}
