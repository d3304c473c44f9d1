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
  private final Duration longest;
  private volatile boolean expired;

  IdleLimitedStream(InputStream in, Duration longest) {
    super(in);
    this.longest = longest;
    watch = Thread.ofVirtual().start(this::watch);
  }

  private void watch() {
    long left = longest.toNanos();
    try {
      while (left > 0) {
        Thread.sleep(Duration.ofNanos(left));
        left = longest.toNanos() - (System.nanoTime() - lastNanos.get());
      }
      expired = true;
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
    try {
      int count = in.read(buffer, offset, length);
      lastNanos.set(System.nanoTime());
      return count;
    } catch (IOException e) {
      throw expired
          ? new IOException("nothing came for %d s".formatted(longest.toSeconds()), e)
          : new IOException("the connection was cut", e);
    }
  }

  @Override
  public void close() throws IOException {
    watch.interrupt();
    in.close();
  }
}
