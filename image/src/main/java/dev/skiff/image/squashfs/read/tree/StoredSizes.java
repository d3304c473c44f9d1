package dev.skiff.image.squashfs.read.tree;

import dev.skiff.image.squashfs.format.Extent;
import dev.skiff.image.squashfs.format.FragmentEntry;
import dev.skiff.image.squashfs.format.SizeWord;
import dev.skiff.image.squashfs.read.BlockInputStream.SizeWords;
import dev.skiff.image.squashfs.read.ImageFile;
import dev.skiff.image.squashfs.read.OpenImage;
import dev.skiff.image.tree.FileContent;
import java.io.IOException;

/// Tells what the contents of files take in an image. That is exact for blocks; of a fragment,
/// which many files share, each gets its share as if the fragment were full, which all but the last
/// nearly are.
final class StoredSizes {

  private static final long MOST_BLOCKS = 1L << 28; // of all files together

  private final OpenImage image;
  private long blocksLeft = MOST_BLOCKS;
  private long lastFragmentBytes = -1;

  StoredSizes(OpenImage image) {
    this.image = image;
  }

  /// How many bytes a content takes; -1 if it is not of this image.
  long of(FileContent content) throws IOException {
    if (!(content instanceof ImageFile file)) {
      return -1;
    }
    long blocks = file.extent().blockCount(image.blockSizeBytes());
    blocksLeft -= blocks;
    if (blocksLeft < 0) {
      throw image.blocks().malformed(-1, "file_size", "the files have too many blocks to count");
    }
    SizeWords words = image.sizeWords(file);
    long bytes = 0;
    for (long block = 0; block < blocks; block++) {
      bytes += words.next() & (SizeWord.STORED_FLAG - 1);
    }
    return bytes + tail(file.extent());
  }

  private long tail(Extent extent) throws IOException {
    long length = extent.sizeBytes() % image.blockSizeBytes();
    if (extent.fragment() == Extent.NO_FRAGMENT || length == 0) {
      return 0;
    }
    FragmentEntry entry = image.fragments().entry(extent.fragment());
    long stored = entry.sizeWord() & (SizeWord.STORED_FLAG - 1);
    return Math.min(stored, Math.ceilDiv(stored * length, Math.max(1, fragmentBytes(extent))));
  }

  private long fragmentBytes(Extent extent) throws IOException {
    if (extent.fragment() != image.superBlock().fragmentCount() - 1) {
      return image.blockSizeBytes();
    }
    if (lastFragmentBytes < 0) {
      lastFragmentBytes = image.fragments().fragment(extent.fragment()).length;
    }
    return lastFragmentBytes;
  }
}
