package dev.skiff.image.squashfs.write;

import dev.skiff.image.squashfs.codec.BlockCompressor;
import dev.skiff.image.squashfs.format.BlockChecksum;
import dev.skiff.image.squashfs.format.BlockEncoding;
import dev.skiff.image.squashfs.format.SizeWord;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Compresses data and fragment blocks on several threads and writes them in the order in which
/// they were submitted, so the image does not depend on the threads.
///
/// One thread submits, and that same thread writes: whoever asks for a free block while none is
/// left waits for the oldest one and writes it. So memory is bounded by the number of blocks.
public final class DataBlockWriter implements AutoCloseable {

  private static final long WINDOW_BYTES = 16L << 20;

  /// A buffer on its way through; `input` is the submitter's to fill.
  public static final class Block {
    private final byte[] input;
    private final byte[] output;
    private int length;
    private int checksum;

    private Block(int blockSizeBytes) {
      input = new byte[blockSizeBytes];
      output = new byte[BlockCompressor.outputBytes(blockSizeBytes)];
    }

    public byte[] input() {
      return input;
    }
  }

  /// Learns where a block came to stand.
  public interface Placement {
    /// Called on the submitting thread, in the order of submission.
    ///
    /// @param sizeWord bytes on disk, with the stored flag
    /// @param checksum of the bytes on disk
    void placed(long offsetBytes, int sizeWord, int checksum);
  }

  private sealed interface Step {}

  private record Compressed(Block block, Future<Integer> size, Placement placement)
      implements Step {}

  private record Withdrawn(StoredFile file) implements Step {}

  private final ImageOutput output;
  private final int blockSizeBytes;
  private final ExecutorService threads;
  private final BlockingQueue<BlockCompressor> compressors;
  private final Deque<Block> free = new ArrayDeque<>();
  private final Deque<Step> inFlight = new ArrayDeque<>();
  private int blocksLeftToAllocate;

  /// A writer behind what the output has.
  ///
  /// @param threadsWanted how many blocks may be compressed at the same time, at least 1
  public DataBlockWriter(ImageOutput output, BlockEncoding encoding, int threadsWanted) {
    this.output = output;
    blockSizeBytes = encoding.blockSizeBytes();
    long windowBytes = Math.min(WINDOW_BYTES, Runtime.getRuntime().maxMemory() / 16);
    int mostBlocks = Math.max(2, (int) (windowBytes / blockSizeBytes));
    int threadCount = Math.min(threadsWanted, mostBlocks);
    blocksLeftToAllocate = Math.min(mostBlocks, threadCount * 32);
    threads =
        Executors.newFixedThreadPool(
            threadCount, Thread.ofPlatform().daemon().name("squashfs-", 0).factory());
    compressors = new ArrayBlockingQueue<>(threadCount);
    for (int i = 0; i < threadCount; i++) {
      compressors.add(BlockCompressor.of(encoding.compression(), encoding.level(), blockSizeBytes));
    }
  }

  /// A block to fill and submit; waits and writes while all of them are on their way.
  public Block take() throws IOException {
    while (true) {
      Block block = free.pollFirst();
      if (block != null) {
        return block;
      }
      if (blocksLeftToAllocate > 0) {
        blocksLeftToAllocate--;
        return new Block(blockSizeBytes);
      }
      settleOldest();
    }
  }

  /// Gives back a block that was taken and not submitted.
  public void release(Block block) {
    free.addFirst(block);
  }

  /// Has the first `length` bytes of a block compressed and, in turn, written.
  public void submit(Block block, int length, Placement placement) {
    block.length = length;
    Callable<Integer> compression = () -> compress(block);
    inFlight.addLast(new Compressed(block, threads.submit(compression), placement));
  }

  /// Takes a file's blocks back, once they are written: the next block overwrites them.
  public void withdraw(StoredFile file) {
    inFlight.addLast(new Withdrawn(file));
  }

  private Integer compress(Block block) throws InterruptedException {
    BlockCompressor compressor = compressors.take();
    try {
      int size = compressor.compress(block.input, block.length, block.output);
      block.checksum =
          size == BlockCompressor.NOT_SMALLER
              ? BlockChecksum.of(block.input, block.length)
              : BlockChecksum.of(block.output, size);
      return size;
    } finally {
      compressors.put(compressor);
    }
  }

  /// Waits until everything submitted is written.
  public void drain() throws IOException {
    while (!inFlight.isEmpty()) {
      settleOldest();
    }
  }

  /// Has something done on one of the threads.
  public <T> Future<T> alongside(Callable<T> work) {
    return threads.submit(work);
  }

  private void settleOldest() throws IOException {
    switch (inFlight.removeFirst()) {
      case Compressed compressed -> write(compressed);
      case Withdrawn(StoredFile file) -> output.moveTo(file.startBytes());
    }
  }

  private void write(Compressed compressed) throws IOException {
    Block block = compressed.block();
    int size = resultOf(compressed.size());
    boolean stored = size == BlockCompressor.NOT_SMALLER;
    long at = output.positionBytes();
    if (stored) {
      output.write(block.input, 0, block.length);
    } else {
      output.write(block.output, 0, size);
    }
    compressed
        .placement()
        .placed(at, stored ? block.length | SizeWord.STORED_FLAG : size, block.checksum);
    free.addFirst(block);
  }

  /// Waits for what one of the threads does.
  public static <T> T resultOf(Future<T> work) throws IOException {
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("writing an image").initCause(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("writing an image", e.getCause());
    }
  }

  /// Stops the threads; what was not drained is not written.
  @Override
  public void close() {
    threads.shutdown();
    for (Step step : inFlight) {
      if (step instanceof Compressed compressed) {
        var _ = compressed.size().cancel(false);
      }
    }
    inFlight.clear();
    threads.close();
    @Nullable BlockCompressor compressor;
    while ((compressor = compressors.poll()) != null) {
      compressor.close();
    }
  }
}
