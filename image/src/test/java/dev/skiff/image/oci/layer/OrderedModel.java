package dev.skiff.image.oci.layer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A file system in memory to which layers are applied one after the other: slow, simple, and made
/// without a look at the merge.
final class OrderedModel {

  /// A file; hard links share the object.
  static final class Node {
    final boolean directory;
    String line;

    Node(boolean directory, String line) {
      this.directory = directory;
      this.line = line;
    }
  }

  private final TreeMap<String, Node> files = new TreeMap<>();

  OrderedModel() {
    files.put("", new Node(true, "d0755 0"));
  }

  @Nullable Node at(String path) {
    return files.get(path);
  }

  /// Paths of all files that are no directories.
  List<String> files() {
    return files.entrySet().stream()
        .filter(e -> !e.getValue().directory)
        .map(Map.Entry::getKey)
        .toList();
  }

  void remove(String path) {
    files.remove(path);
    removeBelow(path);
  }

  void removeBelow(String path) {
    files.subMap(path + "/", path + "0").clear(); // '0' follows '/'
  }

  void directory(String path, String line) {
    parents(path);
    Node here = files.get(path);
    if (here != null && here.directory) {
      here.line = line;
    } else {
      files.put(path, new Node(true, line));
    }
  }

  void put(String path, Node node) {
    parents(path);
    remove(path);
    files.put(path, node);
  }

  private void parents(String path) {
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      Node here = files.get(parent);
      if (here == null || !here.directory) {
        files.put(parent, new Node(true, "d0755 0"));
      }
    }
  }

  SortedMap<String, String> lines() {
    SortedMap<String, String> lines = new TreeMap<>();
    Map<Node, String> seen = new HashMap<>();
    // The order of a walk down, in which `a/b` comes before `a.b`.
    walk("", lines, seen);
    return lines;
  }

  private void walk(String path, SortedMap<String, String> lines, Map<Node, String> seen) {
    Node node = Objects.requireNonNull(files.get(path));
    String first = seen.putIfAbsent(node, path);
    boolean told = first != null && !node.line.startsWith("p");
    lines.put(path, told ? "= " + first : node.line);
    for (String child : new ArrayList<>(files.subMap(path + "/", path + "0").keySet())) {
      if (child.indexOf('/', path.length() + 1) < 0) {
        walk(child, lines, seen);
      }
    }
  }

  /// The content of each regular file, once.
  List<String> contents() {
    Map<Node, String> contents = new HashMap<>();
    for (Node node : files.values()) {
      if (node.line.startsWith("f")) {
        contents.put(node, node.line.substring("f0644 ".length()));
      }
    }
    return new ArrayList<>(contents.values());
  }
}
