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
import java.nio.ByteBuffer;
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

    long endBytes() {
      return startBytes + diskBytes;
    }
  }

  /// Copies all blocks of files and of fragments, comparing their checksums on the way.
  ///
  /// @throws MalformedImageException if a block is not what it was
  void copy(List<RecordedFile> files, Collection<Integer> fragments, BlockCopy copy)
      throws IOException {
    List<Run> runs = runs(files, fragments);
    int next = 0;
    while (next < runs.size()) {
      int end = endOfRow(runs, next, copy.mostBytes());
      List<Run> row = runs.subList(next, end);
      long start = row.getFirst().startBytes();
      copy.copy(start, (int) (row.getLast().endBytes() - start), piece -> check(row, piece));
      next = end;
    }
  }

  /// Up to where runs stand in a row that has no more than so many bytes.
  private int endOfRow(List<Run> runs, int first, int mostBytes) throws MalformedImageException {
    long limit = runs.get(first).startBytes() + mostBytes;
    int end = first + 1;
    while (end < runs.size()) {
      Run run = runs.get(end);
      long before = runs.get(end - 1).endBytes();
      if (run.startBytes() < before) {
        throw blocks.malformed(run.startBytes(), "block", "it begins within another");
      }
      if (run.startBytes() > before || run.endBytes() > limit) {
        return end;
      }
      end++;
    }
    return end;
  }

  private void check(List<Run> row, ByteBuffer piece) throws MalformedImageException {
    for (Run run : row) {
      check(run, BlockChecksum.of(piece.limit(piece.position() + run.diskBytes())));
    }
  }

  /// In the order in which they stand, as a disk likes it.
  private List<Run> runs(List<RecordedFile> files, Collection<Integer> fragments)
      throws IOException {
    List<Run> runs = new ArrayList<>();
    for (RecordedFile file : files) {
      addRuns(file, runs);
    }
    for (int fragment : fragments) {
      runs.add(Run.of(table.fragmentEntry(fragment)));
    }
    runs.sort(Comparator.comparingLong(Run::startBytes));
    return runs;
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
    check(run, BlockChecksum.of(blocks.array(run.startBytes(), length, "block"), length));
  }

  private void check(Run run, int found) throws MalformedImageException {
    if (found != run.checksum()) {
      throw blocks.malformed(run.startBytes(), "block", "it is not the one that was written");
    }
  }
}
