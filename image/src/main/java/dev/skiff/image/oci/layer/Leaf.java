package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Symlink;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A file that is no directory, on its way to being known: several names that are hard links of
/// each other share one.
final class Leaf implements MergeNode {

  private @Nullable FileNode node;
  private @Nullable Leaf sameAs;
  private @Nullable Attributes skippedAttributes;
  private boolean wanted;

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

  /// A hard link whose target was not met yet.
  static Leaf link() {
    return new Leaf();
  }

  /// The leaf that stands for all hard links of this file. The way there is shortened, for links to
  /// links to links can be many.
  Leaf representative() {
    Leaf end = this;
    while (end.sameAs != null) {
      end = end.sameAs;
    }
    Leaf leaf = this;
    while (leaf.sameAs != null) {
      Leaf next = leaf.sameAs;
      leaf.sameAs = end;
      leaf = next;
    }
    return end;
  }

  /// What it takes of a budget.
  long memoryBytes() {
    long sum = MergeBudget.LEAF_BYTES;
    if (skippedAttributes != null) {
      sum += memoryBytes(skippedAttributes);
    }
    if (node != null) {
      sum += memoryBytes(node.attributes());
    }
    return node instanceof Symlink link ? sum + link.target().length : sum;
  }

  /// What attributes take beyond the place they have in every file.
  static long memoryBytes(Attributes attributes) {
    long sum = 0;
    for (Map.Entry<String, byte[]> xattr : attributes.xattrs().entrySet()) {
      // Once here and twice in a writer's table.
      sum += MergeBudget.XATTR_BYTES + 2L * xattr.getKey().length() + 3L * xattr.getValue().length;
    }
    return sum;
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

  @Nullable FileNode node() {
    return representative().node;
  }
}
