package dev.skiff.image.squashfs.reuse;

import dev.skiff.image.Sha256;
import dev.skiff.image.tree.ContentKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/// Tells files of equal bytes by a SHA-256 over their blocks, in which blocks of zeros cost
/// nothing.
public final class ContentHash {

  private static final byte ZERO_BLOCK = 0;
  private static final byte DATA_BLOCK = 1;

  /// Counts up whenever equal files get another key than before.
  private static final int VERSION = 1;

  private final MessageDigest digest;
  private final MessageDigest image;
  private byte[] imageDigest = {};
  private long sizeBytes;

  public ContentHash() {
    digest = Sha256.start();
    image = Sha256.start();
  }

  public void start(long fileSizeBytes) {
    digest.reset();
    sizeBytes = fileSizeBytes;
  }

  /// The next block is all zeros; its length follows from the file's size.
  public void zeros() {
    digest.update(ZERO_BLOCK);
  }

  public void data(byte[] bytes, int length) {
    digest.update(DATA_BLOCK);
    digest.update(bytes, 0, length);
  }

  public ContentKey finish() {
    byte[] hash = digest.digest();
    image.update(hash);
    ByteBuffer bytes = ByteBuffer.wrap(hash);
    return new ContentKey(
        sizeBytes, bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  /// The tail of a file that comes from another image, decompressed.
  void tail(byte[] bytes, int offset, int length) {
    image.update(bytes, offset, length);
  }

  /// A hash over blocks as they stand, compressed; or over the name of the image that they come
  /// from, and where they stand in it.
  void copied(byte[] hash) {
    image.update(hash);
  }

  /// A file that is known by its key alone counts as if its bytes had been hashed.
  public void adopted(ContentKey key) {
    ByteBuffer hash = ByteBuffer.allocate(32);
    image.update(hash.putLong(key.a()).putLong(key.b()).putLong(key.c()).putLong(key.d()).flip());
  }

  /// Tells keys apart that cannot be compared: they depend on the blocks.
  public static int scheme(int blockSizeBytes) {
    return VERSION << 8 | Integer.numberOfTrailingZeros(blockSizeBytes);
  }

  /// What the tables are hashed into, after all files.
  public MessageDigest image() {
    return image;
  }

  /// The hash over all files and tables.
  public byte[] imageDigest() {
    if (imageDigest.length == 0) {
      imageDigest = image.digest();
    }
    return imageDigest.clone();
  }
}
