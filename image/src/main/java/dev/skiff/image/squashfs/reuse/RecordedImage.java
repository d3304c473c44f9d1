package dev.skiff.image.squashfs.reuse;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.squashfs.codec.BlockDecompressor;
import dev.skiff.image.squashfs.format.BlockChecksum;
import dev.skiff.image.squashfs.format.BlockReader;
import dev.skiff.image.squashfs.format.Extent;
import dev.skiff.image.squashfs.format.FragmentEntry;
import dev.skiff.image.squashfs.format.SizeWord;
import dev.skiff.image.squashfs.read.BlockInputStream;
import dev.skiff.image.tree.ContentKey;
import dev.skiff.image.tree.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A finished image with the table of its blocks: files of equal bytes need not be compressed
/// again. Nothing of the image itself is read but blocks, and these only count if they have the
/// checksums of the table. Usable from several threads.
public final class RecordedImage {

  private final BlockTable table;
  private final BlockReader blocks;

  /// An image inside a file.
  ///
  /// @param name the file, for messages
  /// @param channel open for reading; stays open, and has to until the image's blocks are copied
  /// @param baseBytes where the image begins
  /// @param sizeBytes of the image
  /// @param table that fits the options of an image that can be written
  public RecordedImage(
      String name, FileChannel channel, long baseBytes, long sizeBytes, BlockTable table) {
    this.table = table;
    BlockDecompressor decompressor = BlockDecompressor.of(table.compressorId()).orElseThrow();
    blocks = new BlockReader(name, channel, baseBytes, sizeBytes, decompressor);
  }

  public BlockTable table() {
    return table;
  }

  BlockReader blocks() {
    return blocks;
  }

  /// The file that a key names, if the image has it.
  public Optional<RecordedFile> find(ContentKey key) {
    int row = table.find(key);
    return row < 0 ? Optional.empty() : Optional.of(new RecordedFile(this, row));
  }

  /// One of the files.
  ///
  /// @param row in the table
  public record RecordedFile(RecordedImage image, int row) implements FileContent {

    Extent extent() {
      return image.table.extent(row);
    }

    @Override
    public long sizeBytes() {
      return extent().sizeBytes();
    }

    @Override
    public InputStream open() {
      long[] next = {0};
      return new BlockInputStream(
          image.blocks,
          image.table.blockSizeBytes(),
          extent(),
          () -> image.table.sizeWord(row, next[0]++),
          image::fragment);
    }
  }

  byte[] fragment(int index) throws IOException {
    FragmentEntry entry = table.fragmentEntry(index);
    check(Run.of(entry));
    byte[] bytes = new byte[table.blockSizeBytes()];
    int size = blocks.block(entry.startBytes(), entry.sizeWord(), bytes, "fragment block");
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  /// A block as it stands.
  private record Run(long startBytes, int diskBytes, int checksum) {

    static Run of(FragmentEntry entry) {
      int length = SizeWord.diskBytes(entry.sizeWord());
      return new Run(entry.startBytes(), length, entry.checksum());
    }
  }

  /// Reads all blocks of files and of fragments and compares their checksums.
  ///
  /// @throws MalformedImageException if a block is not what it was
  void check(Collection<? extends FileContent> files, Collection<Integer> fragments)
      throws IOException {
    List<Run> runs = new ArrayList<>();
    for (FileContent content : files) {
      if (content instanceof RecordedFile file) {
        addRuns(file, runs);
      }
    }
    for (int fragment : fragments) {
      runs.add(Run.of(table.fragmentEntry(fragment)));
    }
    runs.sort(Comparator.comparingLong(Run::startBytes)); // as a disk likes it
    for (Run run : runs) {
      check(run);
    }
  }

  private void addRuns(RecordedFile file, List<Run> runs) throws IOException {
    Extent extent = file.extent();
    long start = extent.startBytes();
    long count = extent.blockCount(table.blockSizeBytes());
    for (long i = 0; i < count; i++) {
      int length = SizeWord.diskBytes(table.sizeWord(file.row(), i));
      if (length > 0) {
        runs.add(new Run(start, length, table.checksum(file.row(), i)));
        start += length;
      }
    }
  }

  private void check(Run run) throws IOException {
    int length =
        blocks.diskBytes(run.startBytes(), run.diskBytes(), table.blockSizeBytes(), "block");
    int found = BlockChecksum.of(blocks.array(run.startBytes(), length, "block"), length);
    if (found != run.checksum()) {
      throw blocks.malformed(run.startBytes(), "block", "it is not the one that was written");
    }
  }
}
