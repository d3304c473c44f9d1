package dev.skiff.image.tree;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Walks a directory of the host, names in the order of their bytes. No symbolic link is followed.
public final class DirectoryWalk {

  private static final int TYPE_BITS = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;

  private record InodeKey(long device, long inode) {}

  /// A directory to be entered, or, without a path, one to be left.
  private record Ahead(List<Path> path, FileName name) {}

  private final TreeVisitor visitor;
  private final Set<InodeKey> linked = new HashSet<>();
  private final Deque<Ahead> ahead = new ArrayDeque<>();

  private DirectoryWalk(TreeVisitor visitor) {
    this.visitor = visitor;
  }

  /// Tells the visitor of everything below a directory.
  public static void walk(Path directory, TreeVisitor visitor) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
    new DirectoryWalk(visitor).run(directory.toRealPath());
  }

  private void run(Path root) throws IOException {
    readChildren(root);
    while (!ahead.isEmpty()) {
      Ahead next = ahead.pop();
      if (next.path().isEmpty()) {
        visitor.leave();
        continue;
      }
      visitor.enter(next.name());
      ahead.push(new Ahead(List.of(), next.name()));
      try {
        readChildren(next.path().getFirst());
      } catch (AccessDeniedException e) {
        visitor.unreadable(next.name());
      }
    }
  }

  private void readChildren(Path here) throws IOException {
    Map<FileName, Path> children = new TreeMap<>(Comparator.reverseOrder());
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(here)) {
      for (Path child : stream) {
        children.put(FileName.of(HostPath.nameBytes(child)), child);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    List<Map.Entry<FileName, Path>> descending = List.copyOf(children.entrySet());
    for (Map.Entry<FileName, Path> child : descending.reversed()) {
      visit(child.getKey(), child.getValue());
    }
    for (Map.Entry<FileName, Path> child : descending) {
      if (Files.isDirectory(child.getValue(), LinkOption.NOFOLLOW_LINKS)) {
        ahead.push(new Ahead(List.of(child.getValue()), child.getKey()));
      }
    }
  }

  private void visit(FileName name, Path path) throws IOException {
    Map<String, Object> stat =
        Files.readAttributes(path, "unix:mode,ino,dev,nlink,size", LinkOption.NOFOLLOW_LINKS);
    int type = (int) number(stat, "mode") & TYPE_BITS;
    if (type == DIRECTORY) {
      return;
    }
    boolean several = number(stat, "nlink") > 1;
    if (!several || linked.add(new InodeKey(number(stat, "dev"), number(stat, "ino")))) {
      visitor.file(name, type == REGULAR ? number(stat, "size") : 0, -1);
    }
  }

  private static long number(Map<String, Object> stat, String name) {
    if (stat.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalStateException("this platform's files have no '" + name + "'");
  }
}
