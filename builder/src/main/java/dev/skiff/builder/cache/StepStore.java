package dev.skiff.builder.cache;

import dev.skiff.builder.registry.BlobCache;
import dev.skiff.builder.reuse.PrivateFiles;
import dev.skiff.builder.store.FirstCopy;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.oci.LayerBlob.Packing;
import dev.skiff.image.oci.layer.TarLayer;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.TreeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Where results of steps are kept: records under the steps' keys, and the layers they name under
/// their digests. Everything is there whole or not at all, so any number of processes may use it.
/// What is missing or damaged is as if it had never been.
public final class StepStore {

  private static final int MOST_RECORDS = 4096;
  private static final int LARGEST_RECORD_BYTES = 1 << 22;
  private static final long MOST_RECORD_BYTES = 256L << 20;

  private final PrivateFiles records;
  private final Path blobs;
  private volatile boolean damaged;

  private StepStore(Path directory) {
    records = new PrivateFiles(directory.resolve("keys"), MOST_RECORDS, MOST_RECORD_BYTES);
    blobs = directory.resolve("blobs");
  }

  /// In the user's cache.
  public static StepStore of(Map<String, String> environment) {
    return new StepStore(BlobCache.of(environment).root().resolve("steps"));
  }

  /// In a directory of the build's own: nothing outlasts it.
  public static StepStore within(Path directory) {
    return new StepStore(directory.resolve("steps"));
  }

  /// Why nothing can be kept here; empty if it can.
  public Optional<String> failure() {
    try {
      Path probe = Files.createTempFile(blobs(), ".probe-", "");
      Files.delete(probe);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private Path blobs() throws IOException {
    return Files.createDirectories(
        blobs, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /// What a step with this key gave, if that and all of its layers are there.
  public Optional<StepRecord> find(Digest key) {
    Optional<StepRecord> found = read(key.hex());
    return found
        .filter(record -> isThere(record.result().layer()))
        .filter(record -> isThere(record.result().face()));
  }

  private Optional<StepRecord> read(String name) {
    return parsed(name, records.read(name, LARGEST_RECORD_BYTES));
  }

  private Optional<StepRecord> parsed(String name, Optional<byte[]> bytes) {
    try {
      return bytes.isEmpty()
          ? Optional.empty()
          : Optional.of(StepRecord.read("step " + name, bytes.get()));
    } catch (MalformedImageException e) {
      records.remove(name);
      return Optional.empty();
    }
  }

  private boolean isThere(Optional<LayerBlob> blob) {
    if (blob.isEmpty()) {
      return true;
    }
    Path file = file(blob.get());
    try {
      if (Files.size(file) != blob.get().stored().sizeBytes()) {
        return false;
      }
      if (damaged && !kept(blob.get()).isSound()) { // others may be damaged, too
        boolean _ = Files.deleteIfExists(file);
        return false;
      }
      Path _ = Files.setLastModifiedTime(file, FileTime.from(Instant.now())); // it is of use
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// The step of that title that is most like one with these parts; of several the last that ran.
  public Optional<StepRecord> mostLike(String title, KeyParts parts) {
    StepRecord best = null;
    int fewest = Integer.MAX_VALUE;
    for (String name : records.names()) {
      Optional<byte[]> bytes = records.readStart(name, LARGEST_RECORD_BYTES); // of no use by that
      Optional<StepRecord> other =
          parsed(name, bytes).filter(record -> record.title().equals(title));
      if (other.isPresent()) {
        int differences = parts.differencesFrom(other.get().parts()).size();
        if (differences < fewest) {
          fewest = differences;
          best = other.get();
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /// Keeps what a step gave.
  public void put(StepRecord record) throws IOException {
    records.write(record.parts().key().hex(), ByteBuffer.wrap(record.toBytes()));
  }

  /// Makes a layer of a tree, and keeps it.
  public LayerBlob add(FileTree tree) throws IOException {
    Path part = Files.createTempFile(blobs(), ".layer-", ".part");
    try {
      LayerBlob blob = LayerBlob.write(tree, part, Packing.ZSTD);
      Path _ = FirstCopy.settle(part, file(blob));
      return blob;
    } finally {
      boolean _ = Files.deleteIfExists(part);
    }
  }

  /// The layer of a whole tree, made only if it was not before.
  ///
  /// @param content names what the tree is of
  public LayerBlob addWhole(Digest content, TreeSource tree) throws IOException {
    return addOnce(KeyParts.after(content).with("made", "one layer of a whole image"), tree);
  }

  /// The layer of a tree, made only if it was not before.
  ///
  /// @param parts name what is in the tree
  public LayerBlob addOnce(KeyParts parts, TreeSource tree) throws IOException {
    Optional<LayerBlob> kept = find(parts.key()).flatMap(record -> record.result().layer());
    if (kept.isPresent()) {
      return kept.get();
    }
    LayerBlob made = add(tree.read());
    put(record("the layer of an image file", parts, made));
    return made;
  }

  private static StepRecord record(String title, KeyParts parts, LayerBlob layer) {
    return new StepRecord(
        title,
        parts,
        new StepRecord.Result(
            Optional.of(layer), Optional.empty(), "", Instant.EPOCH, Instant.EPOCH),
        Duration.ZERO);
  }

  /// The same layer packed with gzip, which every tool reads.
  public LayerBlob gzipped(LayerBlob kept) throws IOException {
    return gzipped(open(kept), kept.diffId());
  }

  /// A layer from elsewhere, packed with gzip and kept.
  ///
  /// @param diffId of its tar, which whoever gives the layer checks
  public LayerBlob gzipped(TarLayer layer, Digest diffId) throws IOException {
    KeyParts parts = KeyParts.after(diffId).with("made", "the layer packed with gzip");
    Optional<LayerBlob> before = find(parts.key()).flatMap(record -> record.result().layer());
    if (before.isPresent()) {
      return before.get();
    }
    Path part = Files.createTempFile(blobs(), ".layer-", ".part");
    try {
      LayerBlob blob = LayerBlob.write(layer.open(), part, Packing.GZIP);
      Path _ = FirstCopy.settle(part, file(blob));
      put(record("pack a layer with gzip", parts, blob));
      return blob;
    } finally {
      boolean _ = Files.deleteIfExists(part);
    }
  }

  /// Where a layer's bytes are.
  public Path file(LayerBlob blob) {
    return blobs.resolve(blob.stored().digest().hex());
  }

  /// A kept layer, whose bytes are checked whenever they are read.
  public TarLayer open(LayerBlob blob) {
    return kept(blob);
  }

  private KeptLayer kept(LayerBlob blob) {
    return new KeptLayer(file(blob), blob, () -> damaged = true);
  }

  /// Whether a layer that was read turned out to be damaged or gone. It is not found again, so the
  /// step will run.
  public boolean foundDamage() {
    return damaged;
  }
}
