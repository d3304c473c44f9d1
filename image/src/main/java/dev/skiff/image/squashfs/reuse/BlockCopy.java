package dev.skiff.image.squashfs.reuse;

import dev.skiff.image.squashfs.format.BlockReader;
import dev.skiff.image.squashfs.write.ImageOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/// Copies bytes of one image to the places that their stretches have in another, a piece at a time:
/// whoever checks or hashes a piece sees it on its way, so nothing is read twice.
final class BlockCopy {

  private static final int PIECE_BYTES = 512 << 10; // stays in a processor's cache

  private final BlockReader from;
  private final Stretches stretches;
  private final ImageOutput to;
  private final ByteBuffer piece;

  BlockCopy(BlockReader from, Stretches stretches, ImageOutput to, int blockSizeBytes) {
    this.from = from;
    this.stretches = stretches;
    this.to = to;
    piece = ByteBuffer.allocateDirect(Math.max(PIECE_BYTES, blockSizeBytes));
  }

  /// Looks at a piece before it is written.
  interface Look {
    /// Called once a piece, in order.
    ///
    /// @param bytes ready to be read; the reader may move its position and limit
    void at(ByteBuffer bytes) throws IOException;
  }

  /// The most bytes of a piece; no block is larger.
  int mostBytes() {
    return piece.capacity();
  }

  /// Copies bytes of one stretch.
  void copy(long startBytes, int lengthBytes, Look look) throws IOException {
    from.fill(piece.clear().limit(lengthBytes), startBytes, "block");
    look.at(piece.flip());
    to.writeAt(stretches.placeOf(startBytes), piece.clear().limit(lengthBytes));
  }

  /// Copies all stretches without looking at them, which the kernel does by itself.
  ///
  /// @param told of what was copied, though not of its bytes
  void moveAll(MessageDigest told) throws IOException {
    stretches.forEach((start, length) -> {
      told.update(ByteBuffer.allocate(2 * Long.BYTES).putLong(start).putLong(length).flip());
      to.moveIn(stretches.placeOf(start), from, start, length);
    });
  }

  /// Copies all stretches.
  void copyAll(Look look) throws IOException {
    stretches.forEach((start, length) -> {
      for (long done = 0; done < length; done += mostBytes()) {
        copy(start + done, (int) Math.min(mostBytes(), length - done), look);
      }
    });
  }
}
