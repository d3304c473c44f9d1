package dev.skiff.image.oci.layer;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarPath;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Symlink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one layer says, seen alone. Links on the way to a file are followed as far as the layer
/// itself has them, never out of the tree.
final class LayerView {

  private static final int MOST_LINKS = 40; // Linux's own bound
  private static final int MOST_STEPS = 8192; // four times what the longest path has

  private final String layer;
  private final MergeBudget budget;
  private final MergeDirectory root = new MergeDirectory();

  LayerView(String layer, MergeBudget budget) {
    this.layer = layer;
    this.budget = budget;
  }

  /// A name in a directory of this layer.
  ///
  /// @param path the way there after following links
  record Place(MergeDirectory directory, FileName name, TarPath path) {}

  /// Whether directories on the way to an entry exist because of it.
  enum Ancestors {
    PRESENT,
    ONLY_HIDING
  }

  MergeDirectory root() {
    return root;
  }

  MalformedImageException malformed(TarPath path, String reason) {
    return new MalformedImageException(layer, -1, "'" + path + "'", reason);
  }

  /// Where an entry goes; missing directories are made, other files in the way replaced.
  Place place(TarPath path, Ancestors ancestors) throws MalformedImageException {
    if (path.isRoot()) {
      throw malformed(path, "only a directory can stand there");
    }
    Walk walk = new Walk(path, path.parent().parts());
    for (Optional<FileName> name = walk.next(); name.isPresent(); name = walk.next()) {
      MergeDirectory here = walk.here();
      boolean blocked =
          ancestors == Ancestors.ONLY_HIDING && here.children().get(name.get()) instanceof Leaf;
      // A whiteout below a file of its own layer has nothing left to hide.
      walk.enter(name.get(), blocked ? new MergeDirectory() : directory(here, name.get()));
    }
    if (ancestors == Ancestors.PRESENT) {
      walk.way.forEach(MergeDirectory::makePresent);
    }
    MergeDirectory directory = walk.here();
    walk.checkLength(path.name());
    walk.names.add(path.name());
    return new Place(directory, path.name(), new TarPath(walk.names));
  }

  private MergeDirectory directory(MergeDirectory parent, FileName name)
      throws MalformedImageException {
    if (parent.children().get(name) instanceof MergeDirectory directory) {
      return directory;
    }
    budget.addExtra(layer, MergeBudget.OPEN_DIRECTORY_BYTES + name.length());
    MergeDirectory made = new MergeDirectory();
    if (parent.children().put(name, made) != null) {
      made.makePresent();
      made.close(); // a file of this layer stood there, which has hidden what is below
    }
    return made;
  }

  /// Puts a file, replacing what the layer had there.
  ///
  /// @return what that was, or null
  @Nullable MergeNode put(Place place, Leaf leaf) throws MalformedImageException {
    budget.addExtra(layer, leaf.memoryBytes());
    return place.directory().children().put(place.name(), leaf);
  }

  /// Hides what lower layers have under a name.
  void addWhiteout(Place place, FileName hidden) throws MalformedImageException {
    budget.addExtra(layer, MergeBudget.WHITEOUT_BYTES + hidden.length());
    place.directory().addWhiteout(hidden);
  }

  /// Puts a directory, or changes the attributes of the one there.
  void putDirectory(TarPath path, Attributes attributes) throws MalformedImageException {
    MergeDirectory directory = root;
    if (!path.isRoot()) {
      Place place = place(path, Ancestors.PRESENT);
      directory = directory(place.directory(), place.name());
    }
    budget.addExtra(layer, Leaf.memoryBytes(attributes));
    directory.makePresent();
    directory.setAttributes(attributes);
  }

  /// What was found at a path.
  ///
  /// @param path the way there after following links
  /// @param hidden whether this layer lets no lower layer have anything there
  record Found(@Nullable MergeNode node, TarPath path, boolean hidden) {}

  /// Looks a path up in this layer, as the target of a hard link.
  Found find(TarPath path) throws MalformedImageException {
    if (path.isRoot()) {
      return new Found(root, path, true);
    }
    Walk walk = new Walk(path, path.parent().parts());
    boolean blocked = false;
    for (Optional<FileName> name = walk.next(); name.isPresent(); name = walk.next()) {
      MergeNode next = walk.here().children().get(name.get());
      blocked |= next instanceof Leaf;
      walk.enter(name.get(), next instanceof MergeDirectory found ? found : new MergeDirectory());
    }
    MergeNode node = walk.here().children().get(path.name());
    walk.names.add(path.name());
    return new Found(node, new TarPath(walk.names), blocked || walk.isHidden());
  }

  /// A walk down from the root that follows symbolic links between directories.
  private final class Walk {

    private final TarPath goal;
    private final List<MergeDirectory> way = new ArrayList<>(List.of(root));
    private final List<FileName> names = new ArrayList<>();
    private final Deque<Optional<FileName>> left = new ArrayDeque<>(); // nothing stands for `..`
    private int links;
    private int steps;
    private int bytes;

    Walk(TarPath goal, List<FileName> path) {
      this.goal = goal;
      path.forEach(name -> left.add(Optional.of(name)));
    }

    MergeDirectory here() {
      return way.getLast();
    }

    void enter(FileName name, MergeDirectory directory) throws MalformedImageException {
      checkLength(name);
      bytes += name.length() + 1;
      names.add(name);
      way.add(directory);
    }

    void checkLength(FileName name) throws MalformedImageException {
      if (bytes + name.length() > TarPath.LONGEST_BYTES) {
        throw malformed(
            goal, "behind links, it is longer than %d bytes".formatted(TarPath.LONGEST_BYTES));
      }
    }

    /// The next name that is no link, or nothing at the end of the way.
    Optional<FileName> next() throws MalformedImageException {
      while (!left.isEmpty()) {
        steps++;
        if (steps > MOST_STEPS) {
          throw malformed(goal, "more than %d steps lead there".formatted(MOST_STEPS));
        }
        Optional<FileName> name = left.removeFirst();
        if (name.isEmpty()) {
          goUp();
        } else if (here().children().get(name.get()) instanceof Leaf leaf
            && leaf.node() instanceof Symlink link) {
          follow(link.target());
        } else {
          return name;
        }
      }
      return Optional.empty();
    }

    private void goUp() {
      if (!names.isEmpty()) {
        way.removeLast();
        bytes -= names.removeLast().length() + 1;
      }
    }

    private void follow(byte[] target) throws MalformedImageException {
      links++;
      if (links > MOST_LINKS) {
        throw malformed(goal, "more than %d symbolic links lead there".formatted(MOST_LINKS));
      }
      if (target[0] == '/') {
        way.subList(1, way.size()).clear();
        names.clear();
        bytes = 0;
      }
      try {
        parts(target).reversed().forEach(left::addFirst);
      } catch (IllegalArgumentException e) {
        throw malformed(goal, "a link leads to no usable path: " + e.getMessage());
      }
    }

    private boolean isHidden() {
      for (int i = 0; i < names.size(); i++) {
        if (way.get(i).isOpaque() || way.get(i).whiteouts().contains(names.get(i))) {
          return true;
        }
      }
      return false;
    }
  }

  private static List<Optional<FileName>> parts(byte[] target) {
    List<Optional<FileName>> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= target.length; i++) {
      if (i == target.length || target[i] == '/') {
        String part = new String(target, start, i - start, StandardCharsets.ISO_8859_1);
        if (part.equals("..")) {
          parts.add(Optional.empty());
        } else if (!part.isEmpty() && !part.equals(".")) {
          parts.add(Optional.of(FileName.of(Arrays.copyOfRange(target, start, i))));
        }
        start = i + 1;
      }
    }
    return parts;
  }
}
