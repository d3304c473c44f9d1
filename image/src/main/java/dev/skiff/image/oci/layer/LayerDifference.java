package dev.skiff.image.oci.layer;

import dev.skiff.image.Sha256;
import dev.skiff.image.tree.EntryTable;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.LinkedNodes;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The one layer that makes a whole tree of the layers below it. Nothing is believed: files are
/// compared byte by byte, as far as a hash can, so layers and tree may be of any origin.
public final class LayerDifference {

  private static final int BUFFER_BYTES = 1 << 16;

  /// Of the whole tree the files of several names, and what the first name was below.
  private final IdentityHashMap<FileNode, Optional<FileNode>> linked = new IdentityHashMap<>();

  /// Of those the ones that have to be written again, under all of their names.
  private final Set<FileNode> torn = Collections.newSetFromMap(new IdentityHashMap<>());

  private final byte[] buffer = new byte[BUFFER_BYTES];

  private LayerDifference() {}

  /// The bytes of a file of the layers, of which no more is kept.
  @SuppressWarnings("ArrayRecordComponent") // compared by its own method
  private record Hashed(long sizeBytes, byte[] hash) implements FileContent {

    @Override
    public InputStream open() throws IOException {
      throw new IOException("the bytes of a compared file were not kept");
    }
  }

  /// Reads the layers, and compares.
  ///
  /// @param below oldest first
  /// @param whole whose contents can be opened more than once; what is given shares its files
  /// @return what `LayerTar` writes; empty if the layers yield the tree
  /// @throws dev.skiff.image.MalformedImageException if a layer is corrupt or exceeds a limit
  public static FileTree between(List<? extends TarLayer> below, FileTree whole, MergeLimits limits)
      throws IOException {
    LayerDifference comparison = new LayerDifference();
    FileTree merged = LayerMerge.merge(below, comparison::hashed, limits);
    LinkedNodes.in(whole).forEach(node -> comparison.linked.put(node, Optional.empty()));
    comparison.tear(merged.root(), whole.root());
    return new FileTree(
        comparison
            .changed(merged.root(), whole.root())
            .orElseGet(() -> new Directory(whole.root().attributes(), new EntryTable<>())));
  }

  private Hashed hashed(InputStream in, long sizeBytes) throws IOException {
    MessageDigest digest = Sha256.start();
    for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
      digest.update(buffer, 0, read);
    }
    return new Hashed(sizeBytes, digest.digest());
  }

  /// Finds the files of several names that one of these cannot be left to the layers.
  private void tear(@Nullable Directory below, Directory whole) throws IOException {
    for (Map.Entry<FileName, FileNode> child : whole.entries()) {
      FileNode node = child.getValue();
      FileNode old = below == null ? null : below.child(child.getKey());
      if (node instanceof Directory deeper) {
        tear(old instanceof Directory directory ? directory : null, deeper);
      } else if (linked.containsKey(node) && !torn.contains(node)) {
        if (old == null || !isTheOneBefore(old, node)) {
          torn.add(node);
        } else {
          linked.put(node, Optional.of(old));
        }
      }
    }
  }

  /// Whether all names so far are those of one file below, and that is the same.
  @SuppressWarnings("ReferenceEquality") // files of several names are told by identity
  private boolean isTheOneBefore(FileNode old, FileNode node) throws IOException {
    Optional<FileNode> first = linked.getOrDefault(node, Optional.empty());
    return first.isPresent() ? first.get() == old : isSame(old, node);
  }

  private Optional<Directory> changed(Directory below, Directory whole) throws IOException {
    EntryTable<FileNode> entries = new EntryTable<>();
    Set<FileName> gone = new HashSet<>();
    below.entries().forEach(child -> gone.add(child.getKey()));
    for (Map.Entry<FileName, FileNode> child : whole.entries()) {
      FileName name = child.getKey();
      FileNode node = child.getValue();
      gone.remove(name);
      FileNode old = below.child(name);
      if (node instanceof Directory deeper && old instanceof Directory before) {
        changed(before, deeper).ifPresent(directory -> entries.put(name, directory));
      } else if (old == null || isAnother(old, node)) {
        FileNode _ = entries.put(name, node);
      }
    }
    for (FileName name : gone) {
      FileNode _ = entries.put(Whiteouts.of(name), Whiteouts.node());
    }
    entries.sort();
    boolean same = entries.size() == 0 && below.attributes().equals(whole.attributes());
    return same ? Optional.empty() : Optional.of(new Directory(whole.attributes(), entries));
  }

  private boolean isAnother(FileNode old, FileNode node) throws IOException {
    return linked.containsKey(node) ? torn.contains(node) : !isSame(old, node);
  }

  private boolean isSame(FileNode old, FileNode node) throws IOException {
    return FileNode.isSame(old, node, this::isSame);
  }

  private boolean isSame(FileContent old, FileContent content) throws IOException {
    if (old.sizeBytes() != content.sizeBytes() || !(old instanceof Hashed before)) {
      return false;
    }
    try (InputStream in = content.open()) {
      return Arrays.equals(before.hash(), hashed(in, content.sizeBytes()).hash());
    }
  }
}
