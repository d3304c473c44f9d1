package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Symlink;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A file that is no directory, on its way to being known: several names that are hard links of
/// each other share one.
///
/// Most are complete from the beginning and take no more room than that needs.
abstract sealed class Leaf implements MergeNode {

  /// A file that is known.
  private static final class Complete extends Leaf {

    private final FileNode node;

    private Complete(FileNode node) {
      this.node = node;
    }
  }

  /// A file that is not known yet, or has come to be known since.
  private static final class Open extends Leaf {

    private @Nullable FileNode node;
    private @Nullable Leaf sameAs;
    private @Nullable Attributes skippedAttributes;
    private boolean wanted;
  }

  private Leaf() {}

  /// A file that is complete.
  static Leaf of(FileNode node) {
    return new Complete(node);
  }

  /// A regular file whose bytes were passed over because no name of it was seen that shows.
  static Leaf skipped(Attributes attributes) {
    Open leaf = new Open();
    leaf.skippedAttributes = attributes;
    return leaf;
  }

  /// A hard link whose target was not met yet.
  static Leaf link() {
    return new Open();
  }

  /// The leaf that stands for all hard links of this file. The way there is shortened, for links to
  /// links to links can be many.
  Leaf representative() {
    Leaf end = this;
    while (end instanceof Open open && open.sameAs != null) {
      end = open.sameAs;
    }
    Leaf leaf = this;
    while (leaf instanceof Open open && open.sameAs != null) {
      leaf = open.sameAs;
      open.sameAs = end;
    }
    return end;
  }

  /// What it takes of a budget besides itself.
  long memoryBytes() {
    long sum = 0;
    FileNode file = node();
    Attributes skipped = skippedAttributes();
    if (skipped != null) {
      sum += memoryBytes(skipped);
    }
    if (file != null) {
      sum += memoryBytes(file.attributes());
    }
    return file instanceof Symlink link ? sum + link.target().length : sum;
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
    Leaf target = other.representative();
    if (isOpen() && representative() instanceof Open mine && !mine.equals(target)) {
      mine.sameAs = target;
      if (mine.wanted) {
        target.want();
      }
    }
  }

  /// Says that the bytes are needed.
  void want() {
    if (representative() instanceof Open leaf) {
      leaf.wanted = true;
    }
  }

  boolean isWanted() {
    return representative() instanceof Open leaf && leaf.wanted;
  }

  /// Whether this is a link whose target was not met.
  boolean isOpen() {
    return representative() instanceof Open leaf
        && leaf.node == null
        && leaf.skippedAttributes == null;
  }

  /// The attributes of a regular file whose bytes were passed over; null for every other leaf.
  @Nullable Attributes skippedAttributes() {
    return representative() instanceof Open leaf && leaf.node == null
        ? leaf.skippedAttributes
        : null;
  }

  void complete(FileNode complete) {
    if (representative() instanceof Open leaf) {
      leaf.node = complete;
    }
  }

  @Nullable FileNode node() {
    return switch (representative()) {
      case Complete leaf -> leaf.node;
      case Open leaf -> leaf.node;
    };
  }
}
