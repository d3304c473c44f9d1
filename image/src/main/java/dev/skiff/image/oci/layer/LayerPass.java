package dev.skiff.image.oci.layer;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.layer.LayerView.Ancestors;
import dev.skiff.image.oci.layer.LayerView.Place;
import dev.skiff.image.tar.TarEntry;
import dev.skiff.image.tar.TarEntry.DirectoryEntry;
import dev.skiff.image.tar.TarEntry.FileEntry;
import dev.skiff.image.tar.TarEntry.LinkEntry;
import dev.skiff.image.tar.TarEntry.NodeEntry;
import dev.skiff.image.tar.TarPath;
import dev.skiff.image.tar.TarReader;
import dev.skiff.image.tar.listing.TarListing;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.ContentKey;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads one layer, storing what shows beneath the layers above it. A layer that has a listing is
/// read from that; its tar then only yields contents that the sink does not know.
final class LayerPass {

  private static final FileName OPAQUE = FileName.of(".wh..wh..opq");
  private static final FileName PRIVATE = FileName.of(".wh..wh.");
  private static final int PREFIX_BYTES = ".wh.".length();

  private final TarLayer layer;
  private final MergeDirectory above;
  private final Set<TarPath> waiting;
  private final ContentSink sink;
  private final MergeBudget budget;
  private final LayerTally tally;
  private final LayerView view;
  private final Map<Long, Leaf> skipped = new HashMap<>();
  private final Map<Leaf, TarPath> links = new LinkedHashMap<>();
  private final Optional<TarListing> listing;
  private long ordinal;

  /// What is counted while a layer is read: against the limits of all, and for itself.
  record Counters(MergeBudget budget, LayerCensus.Layer census) {}

  LayerPass(
      TarLayer layer,
      MergeDirectory above,
      Set<TarPath> waiting,
      ContentSink sink,
      Counters counters) {
    this.layer = layer;
    this.above = above;
    this.waiting = waiting;
    this.sink = sink;
    this.budget = counters.budget();
    this.tally = new LayerTally(counters.census());
    this.view = new LayerView(layer.name(), budget);
    this.listing = layer.listing();
  }

  LayerView view() {
    return view;
  }

  /// What is done with each entry of a layer.
  private interface Visitor {
    void visit(TarEntry entry, TarReader reader) throws IOException;
  }

  /// Where the contents of files come from.
  private interface Contents {

    /// The content of the file whose entry is being visited; nothing if the tar is needed for it.
    Optional<FileContent> of(FileEntry file) throws IOException;
  }

  void read() throws IOException {
    if (listing.isPresent()) {
      readListing(listing.get());
      return;
    }
    long before = budget.bytes();
    try (InputStream in = budget.watch(layer.name(), layer.open())) {
      readEntries(
          in,
          (entry, reader) -> {
            layer.notes().ifPresent(notes -> notes.entry(entry));
            take(entry, file -> Optional.of(store(file, reader)));
          });
    }
    long size = budget.bytes() - before;
    tally.census().addTarBytes(size);
    layer.notes().ifPresent(notes -> notes.end(size));
  }

  private void readListing(TarListing from) throws IOException {
    budget.addBytes(layer.name(), from.archiveBytes());
    tally.census().addTarBytes(from.archiveBytes());
    ordinal = 0;
    TarListing.Entries entries = from.entries();
    Optional<TarEntry> entry = entries.next();
    while (entry.isPresent()) {
      take(entry.get(), this::known);
      ordinal++;
      entry = entries.next();
    }
  }

  private Optional<FileContent> known(FileEntry file) throws IOException {
    Optional<ContentKey> key = keyOf(ordinal).filter(k -> k.sizeBytes() == file.sizeBytes());
    return key.isPresent() ? sink.known(key.get()) : Optional.empty();
  }

  private Optional<ContentKey> keyOf(long entry) {
    return listing.flatMap(from -> from.key(entry));
  }

  private void readEntries(InputStream in, Visitor visitor) throws IOException {
    ordinal = 0;
    TarReader reader = new TarReader(layer.name(), in);
    Optional<TarEntry> entry = reader.next();
    while (entry.isPresent()) {
      visitor.visit(entry.get(), reader);
      ordinal++;
      entry = reader.next();
    }
    in.transferTo(OutputStream.nullOutputStream()); // the digest is checked at the very end
  }

  private void take(TarEntry entry, Contents contents) throws IOException {
    budget.addEntry(layer.name(), entry);
    TarPath path = entry.path();
    if (!path.isRoot() && MergeDirectory.isReserved(path.name()) && takeWhiteout(path)) {
      return;
    }
    if (!(entry instanceof DirectoryEntry)) {
      tally.census().addFile();
    }
    switch (entry) {
      case DirectoryEntry directory -> view.putDirectory(path, directory.attributes());
      case FileEntry file -> takeFile(file, contents);
      case LinkEntry link -> takeLink(link);
      case NodeEntry node -> {
        Place place = view.place(path, Ancestors.PRESENT);
        put(place, Leaf.of(node.node()), isNeeded(place));
      }
    }
  }

  /// Whether the entry says something about lower layers; if not, only links can lead to it.
  private boolean takeWhiteout(TarPath path) throws MalformedImageException {
    byte[] name = path.name().bytes();
    if (path.name().equals(OPAQUE)) {
      view.place(path, Ancestors.ONLY_HIDING).directory().makeOpaque();
      return true;
    }
    if (startsWith(name, PRIVATE.bytes())) {
      return false;
    }
    Place place = view.place(path, Ancestors.ONLY_HIDING);
    try {
      FileName hidden = FileName.of(Arrays.copyOfRange(name, PREFIX_BYTES, name.length));
      view.addWhiteout(place, hidden);
    } catch (IllegalArgumentException e) {
      throw view.malformed(path, "a whiteout for no file: " + e.getMessage());
    }
    return true;
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  private void takeFile(FileEntry file, Contents contents) throws IOException {
    Place place = view.place(file.path(), Ancestors.PRESENT);
    budget.addBytes(layer.name(), Math.max(0, file.sizeBytes() - file.storedBytes()));
    boolean needed = isNeeded(place);
    Optional<FileContent> content = needed ? contents.of(file) : Optional.empty();
    if (content.isPresent()) {
      put(place, Leaf.of(new RegularFile(file.attributes(), content.get())), true);
      return;
    }
    Leaf leaf = Leaf.skipped(file.attributes());
    if (needed) {
      leaf.want();
    }
    skipped.put(ordinal, leaf);
    put(place, leaf, needed);
  }

  private void put(Place place, Leaf leaf, boolean needed) throws MalformedImageException {
    MergeNode before = view.put(place, leaf);
    if (needed) {
      tally.replaced(before);
      tally.visible(leaf);
    }
  }

  /// Whether the file shows, or a link of a layer above leads to it.
  private boolean isNeeded(Place place) {
    return above.shows(place.path().parts().iterator()) || waiting.contains(place.path());
  }

  private FileContent store(FileEntry file, TarReader reader) throws IOException {
    FileContent content = sink.store(reader.content(), file.sizeBytes());
    layer.notes().ifPresent(notes -> notes.stored(ordinal, content));
    return content;
  }

  private void takeLink(LinkEntry link) throws MalformedImageException {
    LayerView.Found found = view.find(link.target());
    Place place = view.place(link.path(), Ancestors.PRESENT);
    switch (found.node()) {
      case Leaf leaf -> putLink(place, leaf);
      case MergeDirectory directory when directory.isPresent() ->
          throw view.malformed(
              link.path(), "a hard link to '%s', a directory".formatted(link.target()));
      case null, default -> {
        Leaf open = Leaf.link();
        budget.addExtra(layer.name(), link.target().memoryBytes());
        links.put(open, link.target());
        putLink(place, open);
      }
    }
  }

  private void putLink(Place place, Leaf leaf) throws MalformedImageException {
    boolean needed = isNeeded(place);
    if (needed) {
      leaf.want();
    }
    tally.shared(leaf);
    put(place, leaf, needed);
  }

  /// Joins links to targets that came later in the layer.
  ///
  /// @return links that show and whose target must be in a lower layer, by its path
  Map<TarPath, Leaf> joinLinks() throws MalformedImageException {
    for (Map.Entry<Leaf, TarPath> link : links.entrySet()) {
      if (view.find(link.getValue()).node() instanceof Leaf leaf) {
        link.getKey().joinTo(leaf);
      }
    }
    Map<TarPath, Leaf> open = new HashMap<>();
    for (Map.Entry<Leaf, TarPath> link : links.entrySet()) {
      Leaf leaf = link.getKey(); // one that was joined leads where the other does
      if (leaf.isOpen() && leaf.isWanted() && leaf.representative().equals(leaf)) {
        Leaf other = open.putIfAbsent(view.find(link.getValue()).path(), leaf);
        if (other != null) {
          leaf.joinTo(other);
        }
      }
    }
    return open;
  }

  /// Reads the tar, for the second time or the first, if files were passed over that are needed.
  void fetchWanted() throws IOException {
    skipped.values().removeIf(leaf -> !leaf.isWanted() || leaf.skippedAttributes() == null);
    completeKnown();
    if (skipped.isEmpty()) {
      return;
    }
    if (listing.isEmpty()) {
      try (InputStream in = layer.open()) {
        readEntries(in, this::fetch);
      }
      return;
    }
    fetchListed(listing.get());
  }

  /// Files that a link needs and nothing else, of which the listing knows the key.
  private void completeKnown() throws IOException {
    for (Map.Entry<Long, Leaf> entry : List.copyOf(skipped.entrySet())) {
      Leaf leaf = entry.getValue();
      Optional<ContentKey> key = keyOf(entry.getKey());
      Optional<FileContent> content = key.isPresent() ? sink.known(key.get()) : Optional.empty();
      Attributes attributes = leaf.skippedAttributes();
      if (content.isPresent() && attributes != null) {
        leaf.complete(new RegularFile(attributes, content.get()));
        tally.completed(leaf);
        skipped.remove(entry.getKey());
      }
    }
  }

  /// Checks the tar against what its listing says: it may be another one that only claims to be it,
  /// which shows at its end.
  private void fetchListed(TarListing from) throws IOException {
    MergeBudget announced = new MergeBudget(new MergeLimits(from.archiveBytes(), Long.MAX_VALUE));
    try (InputStream in = announced.watch(layer.name(), layer.open())) {
      readEntries(
          in,
          (entry, reader) -> {
            layer.notes().ifPresent(notes -> notes.entry(entry));
            fetch(entry, reader);
          });
    }
    layer
        .notes()
        .ifPresent(notes -> {
          notes.keep(from);
          notes.end(announced.bytes());
        });
    skipped.values().removeIf(leaf -> leaf.skippedAttributes() == null);
    if (announced.bytes() != from.archiveBytes() || !skipped.isEmpty()) {
      throw new MalformedImageException(layer.name(), -1, "entries", "other ones than listed");
    }
  }

  private void fetch(TarEntry entry, TarReader reader) throws IOException {
    Leaf leaf = skipped.get(ordinal);
    if (leaf != null && entry instanceof FileEntry file) {
      leaf.complete(new RegularFile(file.attributes(), store(file, reader)));
      tally.completed(leaf);
    }
  }
}
