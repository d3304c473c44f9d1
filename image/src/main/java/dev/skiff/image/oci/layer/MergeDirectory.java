package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.EntryTable;
import dev.skiff.image.tree.FileName;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A directory while layers are merged: what it holds, and what it hides of the layers below.
///
/// A directory that is not *present* only hides: a layer had whiteouts for it but no entry of its
/// own. Whether it exists is up to the layers below.
final class MergeDirectory implements MergeNode {

  /// What a directory gets that no layer has an entry for.
  static final Attributes IMPLIED = Attributes.of(0755, 0, 0, 0);

  private static final byte[] WHITEOUT = {'.', 'w', 'h', '.'};

  private final EntryTable<MergeNode> children = new EntryTable<>();
  private Set<FileName> whiteouts = Set.of(); // most directories have none
  private @Nullable Attributes attributes;
  private boolean present;
  private boolean opaque;

  /// Whether a name is one of those that layers use to say something.
  static boolean isReserved(FileName name) {
    byte[] bytes = name.bytes();
    return bytes.length >= WHITEOUT.length
        && bytes[0] == WHITEOUT[0]
        && bytes[1] == WHITEOUT[1]
        && bytes[2] == WHITEOUT[2]
        && bytes[3] == WHITEOUT[3];
  }

  EntryTable<MergeNode> children() {
    return children;
  }

  Set<FileName> whiteouts() {
    return whiteouts;
  }

  void addWhiteout(FileName name) {
    if (whiteouts.isEmpty()) {
      whiteouts = new HashSet<>();
    }
    whiteouts.add(name);
  }

  boolean isPresent() {
    return present;
  }

  boolean isOpaque() {
    return opaque;
  }

  Attributes attributes() {
    return attributes == null ? IMPLIED : attributes;
  }

  /// Those that show where a directory below has others.
  Attributes attributesOver(Attributes below) {
    return attributes == null ? below : attributes;
  }

  void setAttributes(Attributes changed) {
    attributes = changed;
  }

  void makePresent() {
    present = true;
  }

  /// Hides what lower layers have below; the directory itself may still be theirs.
  void makeOpaque() {
    opaque = true;
  }

  /// Hides lower layers altogether: below this one they have no directory here.
  void close() {
    opaque = true;
    attributes = attributes();
  }

  /// Ends a layer's own view: lets its whiteouts act on the directories it has under the same
  /// names, and drops what only other entries of the layer could refer to.
  void seal() {
    for (Map.Entry<FileName, MergeNode> child : children) {
      if (isReserved(child.getKey())) {
        children.remove(child.getKey());
      }
    }
    for (FileName name : whiteouts) {
      if (children.get(name) instanceof MergeDirectory directory) {
        hide(name, directory);
      }
    }
    for (Map.Entry<FileName, MergeNode> child : children) {
      if (child.getValue() instanceof MergeDirectory directory) {
        directory.seal();
      }
    }
  }

  private void hide(FileName name, MergeDirectory directory) {
    if (directory.present) {
      directory.close();
    } else {
      children.remove(name);
    }
  }

  /// How many names stand in this directory and all below it.
  long childCount() {
    long count = children.size();
    for (Map.Entry<FileName, MergeNode> child : children) {
      count += child.getValue() instanceof MergeDirectory below ? below.childCount() : 0;
    }
    return count;
  }

  /// How many directories are below this one.
  long directoryCount() {
    long count = 0;
    for (Map.Entry<FileName, MergeNode> child : children) {
      count += child.getValue() instanceof MergeDirectory below ? 1 + below.directoryCount() : 0;
    }
    return count;
  }

  /// Puts the same directory of the next lower layer, which is sealed, beneath this one.
  void putBeneath(MergeDirectory lower) {
    if (attributes == null) {
      attributes = lower.attributes;
    }
    present |= lower.present;
    if (opaque) {
      return;
    }
    for (Map.Entry<FileName, MergeNode> child : lower.children) {
      putBeneath(child.getKey(), child.getValue());
    }
    for (FileName name : lower.whiteouts) {
      putWhiteoutBeneath(name);
    }
    opaque = lower.opaque;
  }

  private void putBeneath(FileName name, MergeNode lower) {
    if (whiteouts.contains(name)) {
      return;
    }
    switch (children.get(name)) {
      case null -> children.put(name, lower);
      case Leaf _ -> {} // hides whatever is below
      case MergeDirectory mine -> {
        switch (lower) {
          case MergeDirectory theirs -> mine.putBeneath(theirs);
          case Leaf _ when mine.present -> mine.close();
          case Leaf _ -> children.put(name, lower);
        }
      }
    }
  }

  private void putWhiteoutBeneath(FileName name) {
    switch (children.get(name)) {
      case null -> addWhiteout(name);
      case Leaf _ -> {} // hides whatever is below
      case MergeDirectory mine -> {
        hide(name, mine);
        if (!mine.present) {
          addWhiteout(name);
        }
      }
    }
  }

  /// What this directory and everything in it takes of a budget.
  long memoryBytes() {
    long sum = MergeBudget.OPEN_DIRECTORY_BYTES;
    if (attributes != null) {
      sum += Leaf.memoryBytes(attributes);
    }
    for (FileName whiteout : whiteouts) {
      sum += MergeBudget.WHITEOUT_BYTES + whiteout.length();
    }
    for (Map.Entry<FileName, MergeNode> child : children) {
      sum +=
          switch (child.getValue()) {
            case MergeDirectory directory -> directory.memoryBytes();
            case Leaf leaf -> leaf.memoryBytes();
          };
    }
    return sum;
  }

  /// Whether a lower layer's file, no directory, would show at a path below this directory.
  boolean shows(Iterator<FileName> path) {
    MergeDirectory here = this;
    while (path.hasNext()) {
      FileName name = path.next();
      if (here.opaque || isReserved(name) || here.whiteouts.contains(name)) {
        return false;
      }
      switch (here.children.get(name)) {
        case null -> {
          return namesNothingReserved(path);
        }
        case Leaf _ -> {
          return false;
        }
        case MergeDirectory next -> here = next;
      }
    }
    return !here.present;
  }

  private static boolean namesNothingReserved(Iterator<FileName> rest) {
    while (rest.hasNext()) {
      if (isReserved(rest.next())) {
        return false;
      }
    }
    return true;
  }
}
