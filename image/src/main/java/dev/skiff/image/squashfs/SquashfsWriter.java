package dev.skiff.image.squashfs;

import dev.skiff.image.squashfs.codec.BlockCompressor;
import dev.skiff.image.squashfs.codec.BlockDecompressor;
import dev.skiff.image.squashfs.format.BlockReader;
import dev.skiff.image.squashfs.format.MetadataBlock;
import dev.skiff.image.squashfs.format.SuperBlock;
import dev.skiff.image.squashfs.format.SuperBlock.Tables;
import dev.skiff.image.squashfs.read.BlockInputStream;
import dev.skiff.image.squashfs.read.ImageFile;
import dev.skiff.image.squashfs.reuse.AdoptedFiles;
import dev.skiff.image.squashfs.reuse.AdoptedFiles.Copying;
import dev.skiff.image.squashfs.reuse.BlockSource;
import dev.skiff.image.squashfs.reuse.BlockTable;
import dev.skiff.image.squashfs.reuse.ContentHash;
import dev.skiff.image.squashfs.reuse.RecordedImage;
import dev.skiff.image.squashfs.reuse.RecordedImage.RecordedFile;
import dev.skiff.image.squashfs.reuse.StoredContents;
import dev.skiff.image.squashfs.write.CompressorOptions;
import dev.skiff.image.squashfs.write.DataBlockWriter;
import dev.skiff.image.squashfs.write.DataBlockWriter.Block;
import dev.skiff.image.squashfs.write.FragmentTable;
import dev.skiff.image.squashfs.write.ImageOutput;
import dev.skiff.image.squashfs.write.StoredFile;
import dev.skiff.image.squashfs.write.tree.IdTable;
import dev.skiff.image.squashfs.write.tree.InodeEncoder;
import dev.skiff.image.squashfs.write.tree.TreeWriter;
import dev.skiff.image.squashfs.write.tree.XattrTable;
import dev.skiff.image.tree.ContentKey;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileTree;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/// Writes one image. Files stream in through `store`, in any order, and their blocks are compressed
/// on several threads; `finish` then writes a tree that names them. The same calls with the same
/// options give the same bytes, whatever the number of threads.
///
/// Memory is bounded but for some 150 bytes a file. One thread at a time may use a writer.
public final class SquashfsWriter implements AutoCloseable {

  private static final int ALIGNMENT_BYTES = 4096;

  private final FileChannel channel;
  private final long baseBytes;
  private final SquashfsOptions options;
  private final ImageOutput output;
  private final DataBlockWriter blocks;
  private final FragmentTable fragments;
  private final byte[] tail;
  private final byte[] zeros;
  private final ContentHash hash = new ContentHash();
  private final StoredContents known = new StoredContents();
  private final StoredFile.Holder holder = this::openStored;
  private final StoredFile.Blocks noBlocks = new StoredFile.Blocks(holder);
  private final TreeContents contents = new TreeContents(holder, this::take);
  private final Map<BlockSource, AdoptedFiles> adopted = new LinkedHashMap<>();
  private final IdTable ids = new IdTable();
  private final XattrTable xattrs;
  private final BlockCompressor metadataCompressor;
  private LongConsumer taken = bytes -> {};
  private long finishedSizeBytes = -1;

  private SquashfsWriter(FileChannel channel, long baseBytes, SquashfsOptions options) {
    this.channel = channel;
    this.baseBytes = baseBytes;
    this.options = options;
    output = new ImageOutput(channel, baseBytes);
    output.moveTo(SuperBlock.BYTES + CompressorOptions.of(options.encoding()).length);
    blocks = new DataBlockWriter(output, options.encoding(), options.threads());
    fragments = new FragmentTable(blocks, options.blockSizeBytes());
    tail = new byte[options.blockSizeBytes()];
    zeros = new byte[options.blockSizeBytes()];
    metadataCompressor =
        BlockCompressor.of(options.compression(), options.level(), MetadataBlock.BYTES);
    xattrs = new XattrTable(metadataCompressor);
  }

  /// A writer of an image that is the last thing in a file.
  ///
  /// @param channel open for writing, and for reading if stored files are read back; stays open
  /// @param baseBytes where the image is to begin; nothing before it is touched, and `finish` cuts
  ///   off whatever stands behind the image
  public static SquashfsWriter open(FileChannel channel, long baseBytes, SquashfsOptions options) {
    return new SquashfsWriter(channel, baseBytes, options);
  }

  /// Writes a whole tree, taking in each file's content once, as `adopt` does it.
  ///
  /// @return the image's size in bytes, a multiple of 4096
  public static long write(
      FileTree tree, FileChannel channel, long baseBytes, SquashfsOptions options)
      throws IOException {
    try (SquashfsWriter writer = open(channel, baseBytes, options)) {
      return writer.finish(tree);
    }
  }

  /// Takes in a file's bytes; does not close the stream.
  ///
  /// @param sizeBytes how many bytes the stream has
  /// @return what is to stand in the tree; the same object for the same bytes
  /// @throws IOException if the stream has fewer or more bytes than said, or fails
  public FileContent store(InputStream content, long sizeBytes) throws IOException {
    return take(content, sizeBytes);
  }

  private StoredFile take(InputStream content, long sizeBytes) throws IOException {
    boolean small = sizeBytes < options.blockSizeBytes();
    StoredFile file = new StoredFile(sizeBytes, small ? noBlocks : new StoredFile.Blocks(holder));
    hash.start(sizeBytes);
    long left = sizeBytes;
    while (left >= options.blockSizeBytes()) {
      storeBlock(file, content);
      left -= options.blockSizeBytes();
      taken.accept(options.blockSizeBytes());
    }
    readFully(content, tail, (int) left);
    if (content.read() != -1) {
      throw new IOException("the content has more than the " + sizeBytes + " bytes it should have");
    }
    hash.data(tail, (int) left);
    taken.accept(left);
    ContentKey key = hash.finish();
    StoredFile twin = known.get(key);
    if (twin != null) {
      if (file.hasDataBlocks()) {
        blocks.withdraw(file);
      }
      return twin;
    }
    file.nameBy(key);
    known.add(file);
    storeTail(file, (int) left);
    return file;
  }

  /// The tail of a large file is a block of its own: a reader of the file would have to decompress
  /// all of a fragment for it.
  private void storeTail(StoredFile file, int length) throws IOException {
    if (length > 0 && file.blockCount() == 0) {
      fragments.add(file, tail, 0, length);
    } else if (length > 0 && Arrays.equals(tail, 0, length, zeros, 0, length)) {
      file.addSparseBlock(length);
    } else if (length > 0) {
      Block block = blocks.take();
      System.arraycopy(tail, 0, block.input(), 0, length);
      int index = file.addDataBlock();
      blocks.submit(block, length, (offset, word, sum) -> file.place(index, offset, word, sum));
    }
    file.seal();
  }

  /// Takes in a content, in the shortest way there is. A file of an open `SquashfsReader` with this
  /// writer's compression and block size is not read: its blocks are copied as they are when the
  /// writer is finished, and until then that reader stays open. Anything else is opened and stored.
  ///
  /// A file whose blocks are copied is equal only to itself: its bytes are not compared with those
  /// of other files, but blocks that its source shares stay shared. Damage inside of its data
  /// blocks goes unnoticed, and is found by whoever reads that file.
  ///
  /// @return what is to stand in the tree; the same object for the same content of a reader
  /// @throws dev.skiff.image.MalformedImageException if the file's blocks are not inside of its
  ///   image, or have sizes that no block has
  public FileContent adopt(FileContent content) throws IOException {
    return take(content);
  }

  /// Whether a content is this image's already.
  public boolean holds(FileContent content) {
    return content instanceof StoredFile stored && stored.belongsTo(holder);
  }

  private StoredFile take(FileContent content) throws IOException {
    if (content instanceof StoredFile stored && stored.belongsTo(holder)) {
      return stored;
    }
    if (content instanceof ImageFile file && options.sharesBlocksWith(file.image())) {
      return adoptedFrom(new BlockSource.Open(file.image())).adopt(file);
    }
    return store(content);
  }

  private StoredFile store(FileContent content) throws IOException {
    try (InputStream in = content.open()) {
      return take(in, content.sizeBytes());
    }
  }

  /// Takes in the contents of all files of a tree, as `adopt` does, each once and in the order of
  /// paths, and puts files of what was taken in into their place: so nothing but that is kept of
  /// them. Files of several names stay one.
  ///
  /// @param tree is changed; its files can be read as `StoredFile` says from then on
  /// @param read told of each number of bytes that was read; not of blocks that are copied
  public void adoptAll(FileTree tree, LongConsumer read) throws IOException {
    taken = read;
    contents.replace(tree, this::take);
    taken = bytes -> {};
  }

  /// The same, but no blocks are copied: all contents are read.
  public void storeAll(FileTree tree, LongConsumer read) throws IOException {
    taken = read;
    contents.replace(tree, this::store);
    taken = bytes -> {};
  }

  /// Whether there is memory for copying the blocks of so many files, which takes more than storing
  /// them: some 500,000 in 256 MiB.
  public static boolean canCopy(long files) {
    return files <= Runtime.getRuntime().maxMemory() >> 9;
  }

  /// Takes in the file that a key names without its bytes, if it was stored already or an image has
  /// it whose table fits this writer's options. Then its blocks are copied, at the latest when the
  /// writer is finished, which fails if they are not those that the table was made of.
  ///
  /// @param key of this writer's scheme
  public Optional<FileContent> adopt(ContentKey key, RecordedImage image) throws IOException {
    StoredFile twin = known.get(key);
    if (twin != null) {
      return Optional.of(twin);
    }
    Optional<RecordedFile> file = image.find(key);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    AdoptedFiles files = adoptedFrom(new BlockSource.Recorded(image));
    StoredFile taken = files.adopt(file.get());
    taken.nameBy(key);
    known.add(taken);
    hash.adopted(key);
    if (files.hasBatch()) {
      blocks.drain();
      files.copyBatch(blocks, output);
    }
    return Optional.of(taken);
  }

  private AdoptedFiles adoptedFrom(BlockSource source) {
    return adopted.computeIfAbsent(source, from -> new AdoptedFiles(from, holder));
  }

  private void storeBlock(StoredFile file, InputStream content) throws IOException {
    int length = options.blockSizeBytes();
    Block block = blocks.take();
    readFully(content, block.input(), length);
    if (Arrays.equals(block.input(), zeros)) {
      blocks.release(block);
      hash.zeros();
      file.addSparseBlock(length);
      return;
    }
    hash.data(block.input(), length);
    int index = file.addDataBlock();
    blocks.submit(block, length, (offset, word, sum) -> file.place(index, offset, word, sum));
  }

  private static void readFully(InputStream content, byte[] bytes, int length) throws IOException {
    if (content.readNBytes(bytes, 0, length) < length) {
      throw new EOFException("the content has fewer bytes than it should have");
    }
  }

  private InputStream openStored(StoredFile file) throws IOException {
    blocks.drain();
    BlockReader image =
        new BlockReader(
            "image being written",
            channel,
            baseBytes,
            channel.size() - baseBytes,
            BlockDecompressor.of(options.compression().id()).orElseThrow());
    Iterator<Integer> numbers = IntStream.range(0, file.blockCount()).iterator();
    return new BlockInputStream(
        image,
        options.blockSizeBytes(),
        file.extent(),
        () -> file.sizeWord(numbers.next()),
        index -> fragments.read(index, image));
  }

  /// Writes the tables of a tree and, last, the super block. Contents that are not this writer's
  /// `StoredFile`s are taken in first, as `adopt` does it, each once, in the order of paths.
  ///
  /// @return the image's size in bytes, a multiple of 4096
  /// @throws IllegalArgumentException if a directory stands in the tree twice
  public long finish(FileTree tree) throws IOException {
    contents.takeIn(tree);
    for (AdoptedFiles files : adopted.values()) {
      files.repackTails(fragments, hash);
    }
    fragments.flush();
    blocks.drain();
    List<Copying> copies = new ArrayList<>();
    for (AdoptedFiles files : adopted.values()) {
      copies.add(files.copy(blocks, output, fragments));
    }
    output.hashInto(hash.image());

    long inodes = output.positionBytes();
    InodeEncoder encoder = new InodeEncoder(ids, xattrs, contents::of);
    TreeWriter writer = new TreeWriter(tree.root(), output, metadataCompressor, encoder);
    long root = writer.write();
    long directories = output.positionBytes();
    writer.writeDirectoryTable(output);
    long fragmentTable = fragments.write(output, metadataCompressor);
    long exports = writer.writeExportTable(output, metadataCompressor);
    long idTable = ids.write(output, metadataCompressor);
    long xattrTable = xattrs.write(output);
    Tables tables = new Tables(idTable, xattrTable, inodes, directories, fragmentTable, exports);
    for (Copying copy : copies) {
      copy.join(hash);
    }
    return seal(writer.inodeCount(), root, tables);
  }

  private long seal(int inodeCount, long rootReference, Tables tables) throws IOException {
    long bytesUsed = output.positionBytes();
    SuperBlock superBlock =
        new SuperBlock(
            inodeCount,
            options.mkfsTimeSeconds(),
            options.blockSizeBytes(),
            fragments.count(),
            options.compression().id(),
            SuperBlock.flags(options.compression(), tables),
            ids.count(),
            rootReference,
            bytesUsed,
            tables);
    int padding = (int) (-bytesUsed & (ALIGNMENT_BYTES - 1));
    output.write(new byte[padding], 0, padding);
    output.cutHere();
    output.writeAt(SuperBlock.BYTES, ByteBuffer.wrap(CompressorOptions.of(options.encoding())));
    output.writeAt(0, superBlock.toBytes());
    finishedSizeBytes = output.positionBytes();
    return finishedSizeBytes;
  }

  /// The finished image's size, a multiple of 4096.
  public long sizeBytes() {
    requireFinished();
    return finishedSizeBytes;
  }

  /// A SHA-256 that tells finished images apart: over the bytes of stored files in the order of
  /// storing, over adopted blocks as they stand, compressed, and over all tables, which say how
  /// these decompress. It is not the hash of the image's own bytes, which would need another pass.
  /// An adopted file does not count by its source's id or name: images that were changed in place
  /// keep these.
  public byte[] contentDigest() {
    requireFinished();
    return hash.imageDigest();
  }

  /// Where the blocks of the stored files stand, as `BlockTable` reads it; empty if they are so
  /// many, some 250,000 in 256 MiB, that the table would not fit into memory beside a tree.
  public byte[] blockTable() {
    requireFinished();
    return known.count() > Runtime.getRuntime().maxMemory() >> 10
        ? new byte[0]
        : BlockTable.bytes(known, fragments, options.encoding());
  }

  private void requireFinished() {
    if (finishedSizeBytes < 0) {
      throw new IllegalStateException("the image is not finished");
    }
  }

  /// Extended attributes that were left out, after `finish`.
  public DroppedXattrs droppedXattrs() {
    return new DroppedXattrs(xattrs.dropped(), xattrs.filesThatLost());
  }

  /// Stops the threads. An image that was not finished is left as it is, without a super block.
  @Override
  public void close() {
    blocks.close();
    metadataCompressor.close();
  }
}
