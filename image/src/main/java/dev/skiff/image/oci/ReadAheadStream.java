package dev.skiff.image.oci;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/// Reads another stream ahead on a thread of its own, up to 2 MiB, so that decompressing a layer
/// goes on while its files are looked at. What the other stream throws is thrown here, after all
/// that it gave before.
///
/// Closing ends the thread, then closes the other stream. One thread at a time may read.
public final class ReadAheadStream extends InputStream {

  private static final int CHUNKS = 64;
  private static final int CHUNK_BYTES = 1 << 17;

  private static final class Chunk {
    private final byte[] bytes = new byte[CHUNK_BYTES];
    private int length;
    private boolean isLast;
    private @Nullable Throwable failure;
  }

  private final InputStream in;
  private final Thread thread;
  private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(CHUNKS);
  private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(CHUNKS);
  private int chunksLeftToAllocate = CHUNKS;
  private @Nullable Chunk current;
  private int position;

  private ReadAheadStream(InputStream in, String name) {
    this.in = in;
    thread = Thread.ofPlatform().daemon().name(name).unstarted(this::readAhead);
  }

  /// Begins reading a stream, which the new one then owns.
  ///
  /// @param name of the thread
  public static ReadAheadStream start(InputStream in, String name) {
    ReadAheadStream ahead = new ReadAheadStream(in, name);
    ahead.thread.start();
    return ahead;
  }

  private void readAhead() {
    try {
      Chunk chunk;
      do {
        chunk = take();
        fill(chunk);
        full.put(chunk);
      } while (!chunk.isLast);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed: nobody waits
    }
  }

  private Chunk take() throws InterruptedException {
    Chunk chunk = free.poll();
    if (chunk == null && chunksLeftToAllocate > 0) {
      chunksLeftToAllocate--;
      return new Chunk();
    }
    return chunk == null ? free.take() : chunk;
  }

  private void fill(Chunk chunk) {
    chunk.length = 0;
    try {
      while (chunk.length < CHUNK_BYTES && !chunk.isLast) {
        int count = in.read(chunk.bytes, chunk.length, CHUNK_BYTES - chunk.length);
        chunk.isLast = count < 0;
        chunk.length += Math.max(count, 0);
      }
    } catch (IOException | RuntimeException | Error e) {
      chunk.failure = e;
      chunk.isLast = true;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    Chunk chunk = current();
    if (position == chunk.length) {
      return end(chunk);
    }
    int count = Math.min(length, chunk.length - position);
    System.arraycopy(chunk.bytes, position, bytes, offset, count);
    position += count;
    return count;
  }

  /// A chunk with something left, or the last.
  private Chunk current() throws IOException {
    try {
      Chunk chunk = current;
      while (chunk == null || (position == chunk.length && !chunk.isLast)) {
        if (chunk != null) {
          free.put(chunk);
        }
        chunk = full.take();
        current = chunk;
        position = 0;
      }
      return chunk;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("reading a layer").initCause(e);
    }
  }

  private static int end(Chunk last) throws IOException {
    switch (last.failure) {
      case null -> {
        return -1;
      }
      case IOException e -> throw e;
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    in.close();
  }
}
