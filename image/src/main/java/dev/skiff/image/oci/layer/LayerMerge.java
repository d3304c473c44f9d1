package dev.skiff.image.oci.layer;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarPath;
import dev.skiff.image.tree.EntryTable;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Merges the layers of an image to one file tree.
public final class LayerMerge {

  private final ContentSink sink;
  private final MergeBudget budget;
  private final LayerCensus census;
  private final MergeDirectory merged = new MergeDirectory();

  /// Hard links of layers above to files of layers below: the file's path to its link.
  private final Map<TarPath, Leaf> waiting = new HashMap<>();

  private LayerMerge(ContentSink sink, MergeLimits limits, LayerCensus census) {
    this.sink = sink;
    this.budget = new MergeBudget(limits);
    this.census = census;
  }

  /// The tree that the layers yield together. Contents of visible files go to the sink while the
  /// layers are read; of files that a layer above replaces or removes nothing is stored. A layer is
  /// read a second time only if a hard link turns out to need a file that was passed over.
  ///
  /// @param layers oldest first, the topmost last; each is read to its very end
  /// @param sink where contents go, in the order topmost layer first
  /// @throws MalformedImageException if a layer is corrupt or exceeds a limit
  public static FileTree merge(
      List<? extends TarLayer> layers, ContentSink sink, MergeLimits limits) throws IOException {
    return merge(layers, sink, limits, new LayerCensus());
  }

  /// The same, counting what each layer holds.
  ///
  /// @param census empty; filled here
  public static FileTree merge(
      List<? extends TarLayer> layers, ContentSink sink, MergeLimits limits, LayerCensus census)
      throws IOException {
    LayerMerge merge = new LayerMerge(sink, limits, census);
    merge.putBeneathEachOther(layers);
    merge.checkNoLinkWaits(layers);
    return new FileTree(directory(merge.merged));
  }

  /// Merges layers and puts them onto a tree, whose own files count against no limit.
  ///
  /// @param tree is changed
  /// @param layers oldest first; may be none
  /// @return the same tree
  public static FileTree onto(
      FileTree tree,
      List<? extends TarLayer> layers,
      ContentSink sink,
      MergeLimits limits,
      LayerCensus census)
      throws IOException {
    LayerMerge merge = new LayerMerge(sink, limits, census);
    merge.putBeneathEachOther(layers);
    TreeChange change = new TreeChange(tree);
    change.answer(merge.waiting);
    merge.checkNoLinkWaits(layers);
    change.put(merge.merged);
    return tree;
  }

  private void putBeneathEachOther(List<? extends TarLayer> layers) throws IOException {
    for (TarLayer layer : layers.reversed()) {
      putBeneath(layer);
    }
  }

  private void putBeneath(TarLayer layer) throws IOException {
    LayerPass pass =
        new LayerPass(
            layer, merged, waiting.keySet(), sink, new LayerPass.Counters(budget, census.next()));
    pass.read();
    answerWaiting(pass.view());
    for (Map.Entry<TarPath, Leaf> link : pass.joinLinks().entrySet()) {
      addWaiting(link.getKey(), link.getValue());
    }
    pass.fetchWanted();
    pass.view().root().seal();
    merged.putBeneath(pass.view().root());
    long directories = merged.directoryCount();
    budget.keepOnly(merged.childCount() - directories, directories);
    long links = waiting.keySet().stream().mapToLong(TarPath::memoryBytes).sum();
    budget.keepExtras(merged.memoryBytes() + links);
  }

  private void answerWaiting(LayerView view) throws MalformedImageException {
    Map<TarPath, Leaf> asked = new HashMap<>(waiting);
    waiting.clear();
    for (Map.Entry<TarPath, Leaf> link : asked.entrySet()) {
      if (!link.getValue().isOpen()) {
        continue; // it had two ways to its file, and the other was found
      }
      LayerView.Found found = view.find(link.getKey());
      switch (found.node()) {
        case Leaf leaf -> {
          link.getValue().joinTo(leaf);
          leaf.want();
        }
        case MergeDirectory directory when directory.isPresent() ->
            throw view.malformed(link.getKey(), "a hard link names it, but it is a directory");
        case null, default -> {
          if (found.hidden()) {
            throw view.malformed(link.getKey(), "a hard link names it, but it was removed");
          }
          addWaiting(found.path(), link.getValue());
        }
      }
    }
  }

  private void addWaiting(TarPath path, Leaf link) {
    Leaf other = waiting.putIfAbsent(path, link);
    if (other != null) {
      link.joinTo(other);
    }
  }

  private void checkNoLinkWaits(List<? extends TarLayer> layers) throws MalformedImageException {
    for (Map.Entry<TarPath, Leaf> link : waiting.entrySet()) {
      if (link.getValue().isOpen()) {
        throw new MalformedImageException(
            layers.getFirst().name(), -1, "linkname", "no layer has '%s'".formatted(link.getKey()));
      }
    }
  }

  /// Empties what it makes the directory of: there is no memory for both.
  static Directory directory(MergeDirectory from) throws MalformedImageException {
    EntryTable<FileNode> entries = new EntryTable<>();
    for (Map.Entry<FileName, MergeNode> child : from.children()) {
      switch (child.getValue()) {
        case MergeDirectory below when below.isPresent() ->
            entries.put(child.getKey(), directory(below));
        case MergeDirectory _ -> {} // hid something that is not there
        case Leaf leaf -> entries.put(child.getKey(), node(child.getKey(), leaf));
      }
    }
    from.children().clear();
    entries.sort();
    return new Directory(from.attributes(), entries);
  }

  static FileNode node(FileName name, Leaf leaf) throws MalformedImageException {
    FileNode node = leaf.node();
    if (node == null) {
      throw new MalformedImageException(
          "layers", -1, "linkname", "the hard link '%s' leads nowhere".formatted(name));
    }
    return node;
  }
}
