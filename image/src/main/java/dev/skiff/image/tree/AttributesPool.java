package dev.skiff.image.tree;

import org.jspecify.annotations.Nullable;

/// Remembers the attributes met lately, so that the files of a tree, which mostly have those of
/// their neighbours, share them. For one thread at a time.
public final class AttributesPool {

  private static final int SIZE = 1 << 12;

  private final @Nullable Attributes[] recent = new Attributes[SIZE];
  private long differentCount;

  /// The same attributes, as an object that others may have, too.
  public Attributes shared(Attributes attributes) {
    if (!attributes.xattrs().isEmpty()) {
      return attributes;
    }
    int hash = attributes.hashCode();
    int slot = (hash ^ (hash >>> 16)) & (SIZE - 1);
    Attributes known = recent[slot];
    if (known != null && known.equals(attributes)) {
      return known;
    }
    recent[slot] = attributes;
    differentCount++;
    return attributes;
  }

  /// How many objects without extended attributes were handed out, of which most take memory still.
  public long differentCount() {
    return differentCount;
  }
}
