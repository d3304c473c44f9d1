package dev.skiff.builder.reuse;

import dev.skiff.builder.reuse.ConversionCache.Kept;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.layer.ListedLayer;
import dev.skiff.image.oci.layer.TarLayer;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.sif.SystemPartition;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.squashfs.reuse.BlockTable;
import dev.skiff.image.squashfs.reuse.RecordedImage;
import dev.skiff.image.tar.listing.TarListing;
import dev.skiff.image.tar.listing.TarListingWriter;
import dev.skiff.image.tree.ContentKey;
import dev.skiff.image.tree.FileContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What of an image's layers is known from conversions before, and which SIFs have their files.
/// These stay open until this is closed: the blocks are copied last.
public final class EarlierConversions implements AutoCloseable {

  private static final int MOST_IMAGES = 4;

  private final ConversionCache cache;
  private final Map<Digest, TarListing> listings = new HashMap<>();
  private final List<Holder> holders = new ArrayList<>();

  /// A SIF that is as it was when it was made.
  ///
  /// @param path where it is now
  private record Holder(Kept kept, Path path, SifReader sif, RecordedImage image) {}

  private EarlierConversions(ConversionCache cache) {
    this.cache = cache;
  }

  /// Looks for what an image with these layers and options can be made of.
  ///
  /// @param layers digests of the uncompressed layers
  public static EarlierConversions find(
      ConversionCache cache, List<Digest> layers, SquashfsOptions options) {
    EarlierConversions found = new EarlierConversions(cache);
    for (Digest layer : layers) {
      cache
          .listing(layer)
          .filter(listing -> listing.keyScheme() == options.keyScheme())
          .ifPresent(listing -> found.listings.put(layer, listing));
    }
    found.openHolders(options);
    return found;
  }

  /// No conversion at all.
  public static EarlierConversions none(ConversionCache cache) {
    return new EarlierConversions(cache);
  }

  /// Takes the SIF with most of the layers, then the one with most of those left, and so on; a
  /// layer that no SIF has is as good as unknown.
  private void openHolders(SquashfsOptions options) {
    Set<Digest> left = new HashSet<>(listings.keySet());
    List<Kept> records = left.isEmpty() ? List.of() : new ArrayList<>(cache.records());
    while (holders.size() < MOST_IMAGES && !left.isEmpty()) {
      Optional<Kept> best = best(records, left);
      if (best.isEmpty()) {
        break;
      }
      records.remove(best.get());
      if (open(best.get(), options)) {
        best.get().record().layers().forEach(left::remove);
      }
    }
    left.forEach(listings::remove);
  }

  private static Optional<Kept> best(List<Kept> records, Set<Digest> wanted) {
    Kept best = null;
    long most = 0;
    for (Kept kept : records) {
      long count = kept.record().layers().stream().distinct().filter(wanted::contains).count();
      if (count > most) {
        most = count;
        best = kept;
      }
    }
    return Optional.ofNullable(best);
  }

  private boolean open(Kept kept, SquashfsOptions options) {
    ImageRecord record = kept.record();
    Optional<Path> held = cache.held(kept);
    return (held.isPresent() && open(kept, held.get(), record::isHeldAs, options))
        || open(kept, record.image(), record.identity()::equals, options);
  }

  private boolean open(
      Kept kept, Path file, Predicate<FileIdentity> same, SquashfsOptions options) {
    ImageRecord record = kept.record();
    SifReader sif;
    try {
      sif = SifReader.open(file);
    } catch (IOException e) {
      return false; // on a disk that is not there just now, or gone
    }
    try {
      Optional<BlockTable> table =
          isTheSame(sif, record, FileIdentity.of(file), same)
              ? cache.table(kept)
              : Optional.empty();
      if (table.isEmpty() || !options.copiesBlocksOf(table.get())) {
        sif.close();
        return false;
      }
      RecordedImage image =
          new RecordedImage(
              record.image().toString(),
              sif.channel(),
              record.rootOffsetBytes(),
              record.rootSizeBytes(),
              table.get());
      holders.add(new Holder(kept, record.isAtItsPlace() ? record.image() : file, sif, image));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isTheSame(
      SifReader sif, ImageRecord record, FileIdentity now, Predicate<FileIdentity> same)
      throws IOException {
    Optional<SystemPartition> root = sif.primaryPartition();
    return same.test(now)
        && now.isOurs()
        && sif.header().id().equals(record.sifId())
        && root.isPresent()
        && root.get().offsetBytes() == record.rootOffsetBytes()
        && root.get().sizeBytes() == record.rootSizeBytes();
  }

  /// Whether there is anything to be taken.
  public boolean isEmpty() {
    return holders.isEmpty();
  }

  /// A SIF with just these layers.
  ///
  /// @param layers digests of the uncompressed layers, oldest first
  public Optional<Whole> whole(List<Digest> layers) {
    return holders.stream()
        .filter(holder -> holder.kept().record().layers().equals(layers))
        .map(holder -> new Whole(holder.path(), holder.sif(), holder.kept()))
        .findFirst();
  }

  /// An image that was converted before, in the SIF that it became; closed with the rest.
  ///
  /// @param path where that is now
  public record Whole(Path path, SifReader sif, Kept kept) {}

  /// Whether a layer's own bytes are probably not needed.
  public boolean knows(Digest layer) {
    return listings.containsKey(layer);
  }

  /// The SIFs that files are taken from.
  public List<Path> images() {
    return holders.stream().map(Holder::path).toList();
  }

  /// A layer with what is known of it.
  ///
  /// @param digest of its uncompressed bytes
  public ListedLayer listed(TarLayer layer, Digest digest, TarListingWriter notes) {
    return new ListedLayer(layer, Optional.ofNullable(listings.get(digest)), Optional.of(notes));
  }

  /// The content that a key names, if one of the SIFs has it.
  public Optional<FileContent> content(ContentKey key, SquashfsWriter writer) throws IOException {
    for (Holder holder : holders) {
      Optional<FileContent> found = writer.adopt(key, holder.image());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /// They led astray: the next conversion does not meet them.
  public void forget() {
    holders.forEach(holder -> cache.forget(holder.kept()));
    listings.keySet().forEach(cache::forget);
  }

  @Override
  public void close() throws IOException {
    for (Holder holder : holders) {
      holder.sif().close();
    }
  }
}
