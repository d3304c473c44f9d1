package dev.skiff.image.squashfs.reuse;

import dev.skiff.image.Sha256;
import dev.skiff.image.squashfs.format.BlockReader;
import dev.skiff.image.squashfs.format.Extent;
import dev.skiff.image.squashfs.format.FragmentEntry;
import dev.skiff.image.squashfs.format.SizeWord;
import dev.skiff.image.squashfs.read.BlockInputStream.SizeWords;
import dev.skiff.image.squashfs.read.ImageFile;
import dev.skiff.image.squashfs.read.OpenImage;
import dev.skiff.image.squashfs.reuse.RecordedImage.RecordedFile;
import dev.skiff.image.squashfs.write.DataBlockWriter;
import dev.skiff.image.squashfs.write.FragmentTable;
import dev.skiff.image.squashfs.write.ImageOutput;
import dev.skiff.image.squashfs.write.StoredFile;
import dev.skiff.image.tree.FileContent;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;

/// Files of one image whose blocks are copied into another as they are. What is copied late is
/// known best: neighbours go in one go, shared blocks once, and fragments that are mostly dead not
/// at all. So fragments wait for the end, and so does all of an image that is open. Data blocks of
/// a recorded image, which shares none of them, are copied in batches while more files are adopted.
///
/// All that stands outside of compressed blocks is checked here against the source's bounds. What
/// is inside of data blocks of an open image is not looked at: damage there is copied, and told of
/// to whoever reads that file, as it would be in the source. Of its fragments, the sizes are
/// checked. Blocks of a recorded image have to have the checksums of its table.
public final class AdoptedFiles {

  private static final int BATCH_BLOCKS = 256;

  /// The end of a file, inside a fragment.
  private record Tail(StoredFile file, int offset, int length) {

    static final Comparator<Tail> ORDER =
        Comparator.comparingInt(Tail::offset).thenComparingInt(Tail::length);

    boolean sharesBytes(Tail other) {
      return offset == other.offset && length == other.length;
    }
  }

  /// A fragment block, and who wants what of it.
  private record Fragment(FragmentEntry entry, List<Tail> tails) {

    int diskBytes() {
      return SizeWord.diskBytes(entry.sizeWord());
    }
  }

  private final BlockSource source;
  private final StoredFile.Holder holder;
  private final int blockSizeBytes;
  private final Map<FileContent, StoredFile> files = new HashMap<>();
  private final List<StoredFile> waiting = new ArrayList<>(); // for a place of their data blocks
  private final List<RecordedFile> uncopied = new ArrayList<>(); // whose files those are
  private final List<Future<Boolean>> copying = new ArrayList<>();
  private long waitingBytes;
  private final NavigableMap<Integer, Fragment> wanted = new TreeMap<>(Integer::compareUnsigned);
  private Stretches stretches = new Stretches();
  private long contentBytes;

  public AdoptedFiles(BlockSource source, StoredFile.Holder holder) {
    this.source = source;
    this.holder = holder;
    blockSizeBytes = source.blockSizeBytes();
  }

  /// Counts a file of the image in; the same file gives the same object.
  ///
  /// @throws dev.skiff.image.MalformedImageException if its blocks or its tail stand where they
  ///   cannot
  public StoredFile adopt(ImageFile file) throws IOException {
    StoredFile known = files.get(file);
    if (known != null) {
      return known;
    }
    SizeWords words = file.image().sizeWords(file);
    return adopt(file, file.extent(), () -> new Word(words.next(), 0));
  }

  /// The same for a file of a recorded image.
  public StoredFile adopt(RecordedFile file) throws IOException {
    StoredFile known = files.get(file);
    if (known != null) {
      return known;
    }
    BlockTable table = file.image().table();
    int[] next = {0};
    StoredFile adopted =
        adopt(
            file,
            file.extent(),
            () -> {
              int index = next[0]++;
              return new Word(table.sizeWord(file.row(), index), table.checksum(file.row(), index));
            });
    if (adopted.hasDataBlocks()) {
      uncopied.add(file);
    }
    return adopted;
  }

  /// What is told of a block.
  private record Word(int sizeWord, int checksum) {}

  /// Yields what is told of a file's blocks in order.
  private interface Words {
    Word next() throws IOException;
  }

  private StoredFile adopt(FileContent file, Extent extent, Words words) throws IOException {
    contentBytes += file.sizeBytes();
    if (contentBytes > source.mostContentBytes() || contentBytes < 0) {
      throw source
          .blocks()
          .malformed(-1, "file_size", "more than " + source.mostContentBytes() + " bytes of files");
    }
    StoredFile adopted = new StoredFile(holder, file);
    adoptBlocks(extent, words, adopted);
    adoptTail(extent, adopted);
    files.put(file, adopted);
    return adopted;
  }

  private void adoptBlocks(Extent extent, Words words, StoredFile adopted) throws IOException {
    BlockReader blocks = source.blocks();
    long start = extent.startBytes();
    long left = extent.sizeBytes();
    long diskBytes = 0;
    for (long i = extent.blockCount(blockSizeBytes); i > 0; i--) {
      int wanted = (int) Math.min(blockSizeBytes, left);
      Word told = words.next();
      int word = told.sizeWord();
      left -= wanted;
      if (word == 0) {
        adopted.addSparseBlock(wanted);
        continue;
      }
      int length = blocks.diskBytes(start, word, blockSizeBytes, "data block");
      if (SizeWord.isStored(word) && length != wanted) {
        throw blocks.malformed(
            start, "data block", "it holds %d bytes, wanted %d".formatted(length, wanted));
      }
      adopted.place(adopted.addDataBlock(), start, word, told.checksum());
      diskBytes += length;
    }
    adopted.seal();
    if (diskBytes > 0) {
      blocks.requireInside(start, diskBytes, "data block");
      stretches.add(start, diskBytes);
      waiting.add(adopted);
      waitingBytes += diskBytes;
    }
  }

  /// Whether it is worth while to begin with what was adopted so far.
  public boolean hasBatch() {
    return source instanceof BlockSource.Recorded && waitingBytes / blockSizeBytes >= BATCH_BLOCKS;
  }

  /// Gives the data blocks adopted so far their places where the output stands, and begins to copy
  /// them there.
  ///
  /// @param threads with nothing on its way to the output
  public void copyBatch(DataBlockWriter threads, ImageOutput output) {
    if (!(source instanceof BlockSource.Recorded(RecordedImage image))) {
      throw new IllegalStateException("shared blocks are copied when all are known");
    }
    Stretches batch = stretches;
    batch.join();
    batch.place(output);
    List<RecordedFile> batchFiles = List.copyOf(uncopied);
    copying.add(
        threads.alongside(() -> {
          image.copy(batchFiles, List.of(), blockCopy(batch, output));
          return true;
        }));
    placeData(batch);
    stretches = new Stretches();
  }

  private void placeData(Stretches from) {
    for (StoredFile file : waiting) {
      file.moveTo(from.placeOf(file.startBytes()));
    }
    waiting.clear();
    uncopied.clear();
    waitingBytes = 0;
  }

  private BlockCopy blockCopy(Stretches from, ImageOutput output) {
    return new BlockCopy(source.blocks(), from, output, blockSizeBytes);
  }

  private void adoptTail(Extent extent, StoredFile adopted) throws IOException {
    int length = (int) (extent.sizeBytes() % blockSizeBytes);
    if (extent.fragment() == Extent.NO_FRAGMENT || length == 0) {
      return;
    }
    int offset = extent.fragmentOffset();
    requireInside(offset, length, blockSizeBytes);
    Fragment fragment = wanted.get(extent.fragment());
    if (fragment == null) {
      fragment = new Fragment(entry(extent.fragment()), new ArrayList<>(1));
      wanted.put(extent.fragment(), fragment);
    }
    fragment.tails().add(new Tail(adopted, offset, length));
  }

  private FragmentEntry entry(int index) throws IOException {
    BlockReader blocks = source.blocks();
    FragmentEntry entry = source.fragmentEntry(index);
    int diskBytes =
        blocks.diskBytes(entry.startBytes(), entry.sizeWord(), blockSizeBytes, "fragment block");
    blocks.requireInside(entry.startBytes(), diskBytes, "fragment block");
    return entry;
  }

  private void requireInside(int offset, int length, int fragmentBytes) throws IOException {
    if (offset < 0 || length > fragmentBytes - offset) {
      throw source
          .blocks()
          .malformed(
              -1,
              "fragment offset",
              "%d bytes at %d of a fragment of %d"
                  .formatted(length, Integer.toUnsignedLong(offset), fragmentBytes));
    }
  }

  /// Takes tails out of the fragments that they fill by less than a half, and into the writer's
  /// own. What is copied of the other fragments is then dead by less than a half.
  public void repackTails(FragmentTable fragments, ContentHash hash) throws IOException {
    Iterator<Map.Entry<Integer, Fragment>> rest = wanted.entrySet().iterator();
    while (rest.hasNext()) {
      Map.Entry<Integer, Fragment> fragment = rest.next();
      List<Tail> tails = fragment.getValue().tails();
      tails.sort(Tail.ORDER);
      if (wantedBytes(tails) < blockSizeBytes / 2) {
        repack(tails, source.fragment(fragment.getKey()), fragments, hash);
        rest.remove();
      }
    }
  }

  private void repack(List<Tail> tails, byte[] bytes, FragmentTable fragments, ContentHash hash)
      throws IOException {
    Tail last = null;
    for (Tail tail : tails) {
      if (last != null && tail.sharesBytes(last)) {
        tail.file().placeTailAsIn(last.file());
        continue;
      }
      requireInside(tail.offset(), tail.length(), bytes.length);
      fragments.add(tail.file(), bytes, tail.offset(), tail.length());
      hash.tail(bytes, tail.offset(), tail.length());
      last = tail;
    }
  }

  private static long wantedBytes(List<Tail> sorted) {
    long wanted = 0;
    Tail last = null;
    for (Tail tail : sorted) {
      if (last == null || !tail.sharesBytes(last)) {
        wanted += tail.length();
      }
      last = tail;
    }
    return wanted;
  }

  /// What other threads still do for one image.
  ///
  /// @param hash over the blocks, or over what names them, if they were not told of by their files'
  ///   keys
  /// @param checked end when all is where it should be
  public record Copying(Future<byte[]> hash, List<Future<Boolean>> checked) {

    public Copying {
      checked = List.copyOf(checked);
    }

    /// Waits until all blocks stand where they should.
    ///
    /// @throws dev.skiff.image.MalformedImageException if one is not what it was said to be
    public void join(ContentHash image) throws IOException {
      for (Future<Boolean> part : checked) {
        var _ = DataBlockWriter.resultOf(part);
      }
      image.copied(DataBlockWriter.resultOf(hash));
    }
  }

  /// Gives all other blocks their places where the output stands, and begins to copy them there;
  /// tails that are to be repacked have been.
  public Copying copy(DataBlockWriter threads, ImageOutput output, FragmentTable fragments) {
    for (Fragment fragment : wanted.values()) {
      stretches.add(fragment.entry().startBytes(), fragment.diskBytes());
    }
    stretches.join();
    stretches.place(output);
    List<RecordedFile> rest = List.copyOf(uncopied);
    Future<byte[]> copied = threads.alongside(() -> copyTo(output, rest));
    copying.add(threads.alongside(this::check));
    placeData(stretches);
    for (Fragment fragment : wanted.values()) {
      FragmentEntry entry = fragment.entry();
      long place = stretches.placeOf(entry.startBytes());
      int number = fragments.add(new FragmentEntry(place, entry.sizeWord(), entry.checksum()));
      fragment.tails().forEach(tail -> tail.file().placeTail(number, tail.offset()));
    }
    files.values().forEach(StoredFile::settle);
    return new Copying(copied, copying);
  }

  /// Of files that have a key, that is in the image's hash already.
  private byte[] copyTo(ImageOutput output, List<RecordedFile> rest) throws IOException {
    BlockCopy copy = blockCopy(stretches, output);
    return switch (source) {
      case BlockSource.Open(OpenImage image) -> {
        MessageDigest digest = Sha256.start();
        Optional<byte[]> name = image.name();
        if (name.isEmpty()) {
          copy.copyAll(digest::update);
        } else {
          digest.update(name.get());
          copy.moveAll(digest);
        }
        yield digest.digest();
      }
      case BlockSource.Recorded(RecordedImage image) -> {
        image.copy(rest, wanted.keySet(), copy);
        yield new byte[0];
      }
    };
  }

  /// A fragment's length shows only when it is decompressed; that of a recorded one is known.
  private Boolean check() throws IOException {
    if (source instanceof BlockSource.Open) {
      checkFragments();
    }
    return true;
  }

  private void checkFragments() throws IOException {
    byte[] bytes = new byte[blockSizeBytes];
    for (Fragment fragment : wanted.values()) {
      FragmentEntry entry = fragment.entry();
      int size =
          source.blocks().block(entry.startBytes(), entry.sizeWord(), bytes, "fragment block");
      for (Tail tail : fragment.tails()) {
        requireInside(tail.offset(), tail.length(), size);
      }
    }
  }
}
