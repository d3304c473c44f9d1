package dev.skiff.builder.copy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds the files that a source of `%files` names: braces first, then `*`, `?`, `[...]`, extended
/// patterns, and `**` for any number of directories. On the host a leading `~/`, `$NAME` and
/// `${NAME}` stand for what the caller has; nothing is executed.
final class SourceFinder {

  private final SourceTree tree;

  SourceFinder(SourceTree tree) {
    this.tree = tree;
  }

  /// The paths, sorted within each pattern. A word without a pattern, or whose pattern nothing
  /// matches, is taken as it is.
  List<Path> find(String source) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String word : Braces.expand(source)) {
      found.addAll(findWord(tree.written(word)));
    }
    return found;
  }

  private List<Path> findWord(String word) throws IOException {
    if (!NamePattern.isPattern(word)) {
      return List.of(tree.start().resolve(word));
    }
    List<Path> here = List.of(word.startsWith("/") ? Path.of("/") : tree.start());
    for (String part : word.split("/+", -1)) {
      if (!part.isEmpty()) {
        here = step(here, part);
      }
    }
    return here.isEmpty() ? List.of(tree.start().resolve(word)) : here;
  }

  private List<Path> step(List<Path> directories, String part) throws IOException {
    List<Path> next = new ArrayList<>();
    for (Path directory : directories) {
      if (part.equals("**")) {
        next.add(directory);
        descend(directory, next);
      } else if (!NamePattern.isPattern(part)) {
        addIfThere(directory.resolve(part), next);
      } else {
        NamePattern pattern = NamePattern.of(part);
        for (Path name : tree.children(directory)) {
          if (pattern.matches(name.toString())) {
            next.add(directory.resolve(name));
          }
        }
      }
    }
    return next;
  }

  private void addIfThere(Path path, List<Path> found) throws IOException {
    if (tree.exists(path)) {
      found.add(path);
    }
  }

  /// Everything below that is not hidden; links to directories are found, not entered.
  private void descend(Path directory, List<Path> found) throws IOException {
    for (Path name : tree.children(directory)) {
      if (!name.toString().startsWith(".")) {
        Path child = directory.resolve(name);
        found.add(child);
        if (Files.isDirectory(tree.follow(directory).resolve(name), LinkOption.NOFOLLOW_LINKS)) {
          descend(child, found);
        }
      }
    }
  }
}
