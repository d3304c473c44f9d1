package dev.skiff.image.tree;

import org.jspecify.annotations.Nullable;

/// Gives the files of a tree their numbers and finds them again: hard links are one object. Takes
/// 16 bytes a file or less.
public final class NodeNumbers {

  private final @Nullable FileNode[] nodes;
  private final int[] numbers;

  /// Room for files.
  ///
  /// @param mostNodes how many there will be at most
  public NodeNumbers(int mostNodes) {
    int slots = Integer.highestOneBit(Math.max(mostNodes, 2)) * 2;
    nodes = new FileNode[mostNodes > slots / 4 * 3 ? slots * 2 : slots];
    numbers = new int[nodes.length];
  }

  /// A file's number, or 0.
  public int get(FileNode node) {
    return numbers[slot(node)];
  }

  public void put(FileNode node, int number) {
    int slot = slot(node);
    nodes[slot] = node;
    numbers[slot] = number;
  }

  @SuppressWarnings("ReferenceEquality") // two names of one file, not two files that are equal
  private int slot(FileNode node) {
    int hash = System.identityHashCode(node) * 0x9E3779B9;
    int slot = hash >>> (Integer.numberOfLeadingZeros(nodes.length) + 1);
    while (nodes[slot] != null && nodes[slot] != node) {
      slot = (slot + 1) & (nodes.length - 1);
    }
    return slot;
  }
}
