package dev.skiff.builder.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A download that is cut when nothing arrives for too long. The client's own time limit ends when
/// an answer begins.
final class IdleLimitedStream extends FilterInputStream {

  private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());
  private final Thread watch;

  IdleLimitedStream(InputStream in, Duration longest) {
    super(in);
    watch = Thread.ofVirtual().start(() -> watch(longest));
  }

  private void watch(Duration longest) {
    long left = longest.toNanos();
    try {
      while (left > 0) {
        Thread.sleep(Duration.ofNanos(left));
        left = longest.toNanos() - (System.nanoTime() - lastNanos.get());
      }
      in.close(); // wakes the reader
    } catch (InterruptedException e) {
      // the stream was closed: the watch is over
    } catch (IOException e) {
      // the reader notices by itself
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = in.read(buffer, offset, length);
    lastNanos.set(System.nanoTime());
    return count;
  }

  @Override
  public void close() throws IOException {
    watch.interrupt();
    in.close();
  }
}
