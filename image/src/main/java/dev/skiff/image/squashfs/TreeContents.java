package dev.skiff.image.squashfs;

import dev.skiff.image.squashfs.write.StoredFile;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.LinkedNodes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/// Has a writer take in the contents of a tree's files, and knows which those became.
final class TreeContents {

  private final StoredFile.Holder holder;
  private final TakingIn adopting;
  private final IdentityHashMap<RegularFile, StoredFile> kept = new IdentityHashMap<>();

  /// @param holder the image that the writer writes
  /// @param adopting how it takes in what no other way was asked for
  TreeContents(StoredFile.Holder holder, TakingIn adopting) {
    this.holder = holder;
    this.adopting = adopting;
  }

  /// Something done with a file that is not stored yet.
  private interface WithFile {
    void run(Map.Entry<FileName, FileNode> entry, RegularFile file) throws IOException;
  }

  /// How a content is taken in.
  interface TakingIn {
    StoredFile take(FileContent content) throws IOException;
  }

  /// Puts files of what was taken in into the place of all others: nothing is kept of those.
  void replace(FileTree tree, TakingIn way) throws IOException {
    IdentityHashMap<FileNode, RegularFile> several = new IdentityHashMap<>();
    Set<FileNode> linked = LinkedNodes.in(tree);
    eachFile(
        tree.root(),
        (entry, file) -> {
          RegularFile stored = several.get(file);
          if (stored == null) {
            stored = new RegularFile(file.attributes(), way.take(file.content()));
            if (linked.contains(file)) {
              several.put(file, stored);
            }
          }
          FileNode _ = entry.setValue(stored);
        });
  }

  /// Takes in what is not stored, and leaves the tree as it is.
  void takeIn(FileTree tree) throws IOException {
    eachFile(tree.root(), (_, file) -> kept.put(file, adopting.take(file.content())));
  }

  /// In the order of paths.
  private void eachFile(Directory root, WithFile work) throws IOException {
    Deque<Iterator<Map.Entry<FileName, FileNode>>> open = new ArrayDeque<>();
    open.push(root.entries().iterator());
    while (!open.isEmpty()) {
      if (!open.element().hasNext()) {
        var _ = open.pop();
        continue;
      }
      Map.Entry<FileName, FileNode> entry = open.element().next();
      if (entry.getValue() instanceof Directory directory) {
        open.push(directory.entries().iterator());
      } else if (entry.getValue() instanceof RegularFile file && !isStored(file)) {
        work.run(entry, file);
      }
    }
  }

  private boolean isStored(RegularFile file) {
    return (file.content() instanceof StoredFile stored && stored.belongsTo(holder))
        || kept.containsKey(file);
  }

  /// What a file's content became.
  StoredFile of(RegularFile file) {
    if (file.content() instanceof StoredFile stored && stored.belongsTo(holder)) {
      return stored;
    }
    StoredFile stored = kept.get(file);
    if (stored == null) {
      throw new IllegalStateException("the tree changed while it was being written");
    }
    return stored;
  }
}
