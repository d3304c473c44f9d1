package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.RegularFile;
import org.jspecify.annotations.Nullable;

/// A file that is no directory, on its way to being known: several names that are hard links of
/// each other share one.
final class Leaf implements MergeNode {

  private @Nullable FileNode node;
  private @Nullable Leaf sameAs;
  private @Nullable Attributes skippedAttributes;
  private boolean wanted;
  private LayerCensus.@Nullable Layer layer;

  /// A file that is complete.
  static Leaf of(FileNode node) {
    Leaf leaf = new Leaf();
    leaf.node = node;
    return leaf;
  }

  /// A regular file whose bytes were passed over because no name of it was seen that shows.
  static Leaf skipped(Attributes attributes) {
    Leaf leaf = new Leaf();
    leaf.skippedAttributes = attributes;
    return leaf;
  }

  /// Says which layer the file comes from.
  Leaf from(LayerCensus.Layer owner) {
    layer = owner;
    return this;
  }

  /// A hard link whose target was not met yet.
  static Leaf link() {
    return new Leaf();
  }

  /// The leaf that stands for all hard links of this file.
  Leaf representative() {
    Leaf leaf = this;
    while (leaf.sameAs != null) {
      leaf = leaf.sameAs;
    }
    return leaf;
  }

  /// Makes this link a name of another file; nothing happens if it has its file already.
  void joinTo(Leaf other) {
    Leaf mine = representative();
    Leaf target = other.representative();
    if (isOpen() && !mine.equals(target)) {
      mine.sameAs = target;
      target.wanted |= mine.wanted;
    }
  }

  /// Says that the bytes are needed.
  void want() {
    representative().wanted = true;
  }

  boolean isWanted() {
    return representative().wanted;
  }

  /// Whether this is a link whose target was not met.
  boolean isOpen() {
    Leaf leaf = representative();
    return leaf.node == null && leaf.skippedAttributes == null;
  }

  /// The attributes of a regular file whose bytes were passed over; null for every other leaf.
  @Nullable Attributes skippedAttributes() {
    Leaf leaf = representative();
    return leaf.node == null ? leaf.skippedAttributes : null;
  }

  void complete(FileNode complete) {
    representative().node = complete;
  }

  /// Counts the file as a visible one of its layer, once for all names.
  void countVisible() {
    Leaf leaf = representative();
    if (leaf.layer != null) {
      leaf.layer.addVisible(leaf.node instanceof RegularFile file ? file.content().sizeBytes() : 0);
      leaf.layer = null;
    }
  }

  @Nullable FileNode node() {
    return representative().node;
  }
}
