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
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads one layer, storing what shows beneath the layers above it.
final class LayerPass {

  private static final FileName OPAQUE = FileName.of(".wh..wh..opq");
  private static final FileName PRIVATE = FileName.of(".wh..wh.");
  private static final int PREFIX_BYTES = ".wh.".length();

  private final TarLayer layer;
  private final MergeDirectory above;
  private final Set<TarPath> waiting;
  private final ContentSink sink;
  private final MergeBudget budget;
  private final LayerCensus.Layer census;
  private final LayerView view;
  private final Map<Long, Leaf> skipped = new HashMap<>();
  private final Map<Leaf, TarPath> links = new LinkedHashMap<>();
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
    this.census = counters.census();
    this.view = new LayerView(layer.name());
  }

  LayerView view() {
    return view;
  }

  /// What is done with each entry of a layer.
  private interface Visitor {
    void visit(TarEntry entry, TarReader reader) throws IOException;
  }

  void read() throws IOException {
    long before = budget.watchedBytes();
    try (InputStream in = budget.watch(layer.name(), layer.open())) {
      readEntries(in, this::take);
    }
    census.addTarBytes(budget.watchedBytes() - before);
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

  private void take(TarEntry entry, TarReader reader) throws IOException {
    budget.addEntry(layer.name());
    TarPath path = entry.path();
    if (!path.isRoot() && MergeDirectory.isReserved(path.name()) && takeWhiteout(path)) {
      return;
    }
    if (!(entry instanceof DirectoryEntry)) {
      census.addFile();
    }
    switch (entry) {
      case DirectoryEntry directory -> view.putDirectory(path, directory.attributes());
      case FileEntry file -> takeFile(file, reader);
      case LinkEntry link -> takeLink(link);
      case NodeEntry node ->
          LayerView.put(view.place(path, Ancestors.PRESENT), Leaf.of(node.node()).from(census));
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
      place.directory().whiteouts().add(hidden);
    } catch (IllegalArgumentException e) {
      throw view.malformed(path, "a whiteout for no file: " + e.getMessage());
    }
    return true;
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  private void takeFile(FileEntry file, TarReader reader) throws IOException {
    Place place = view.place(file.path(), Ancestors.PRESENT);
    budget.addBytes(layer.name(), Math.max(0, file.sizeBytes() - file.storedBytes()));
    if (shows(place.path()) || waiting.contains(place.path())) {
      LayerView.put(place, Leaf.of(store(file.attributes(), file, reader)).from(census));
    } else {
      Leaf leaf = Leaf.skipped(file.attributes()).from(census);
      skipped.put(ordinal, leaf);
      LayerView.put(place, leaf);
    }
  }

  private boolean shows(TarPath path) {
    return above.shows(path.parts().iterator());
  }

  private RegularFile store(Attributes attributes, FileEntry file, TarReader reader)
      throws IOException {
    return new RegularFile(attributes, sink.store(reader.content(), file.sizeBytes()));
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
        links.put(open, link.target());
        putLink(place, open);
      }
    }
  }

  private void putLink(Place place, Leaf leaf) {
    if (shows(place.path()) || waiting.contains(place.path())) {
      leaf.want();
    }
    LayerView.put(place, leaf);
  }

  /// Joins links to targets that came later in the layer.
  ///
  /// @return links that show and whose target must be in a lower layer, by its path
  Map<TarPath, Leaf> joinLinks() throws MalformedImageException {
    Map<TarPath, Leaf> open = new HashMap<>();
    for (Map.Entry<Leaf, TarPath> link : links.entrySet()) {
      LayerView.Found found = view.find(link.getValue());
      if (found.node() instanceof Leaf leaf) {
        link.getKey().joinTo(leaf);
      }
      if (link.getKey().isOpen() && link.getKey().isWanted()) {
        Leaf other = open.putIfAbsent(found.path(), link.getKey());
        if (other != null) {
          link.getKey().joinTo(other);
        }
      }
    }
    return open;
  }

  /// Reads the layer again if files were passed over that a link needs.
  void fetchWanted() throws IOException {
    skipped.values().removeIf(leaf -> !leaf.isWanted() || leaf.skippedAttributes() == null);
    if (skipped.isEmpty()) {
      return;
    }
    try (InputStream in = layer.open()) {
      readEntries(in, this::fetch);
    }
  }

  private void fetch(TarEntry entry, TarReader reader) throws IOException {
    Leaf leaf = skipped.get(ordinal);
    if (leaf != null && entry instanceof FileEntry file) {
      leaf.complete(store(file.attributes(), file, reader));
    }
  }
}
