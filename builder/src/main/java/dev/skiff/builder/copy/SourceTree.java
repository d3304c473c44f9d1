package dev.skiff.builder.copy;

import dev.skiff.builder.root.RootPaths;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where `%files` takes its sources from, and how links are followed there.
sealed interface SourceTree {

  /// The real file that a path leads to, links followed. It need not exist.
  Path follow(Path path) throws IOException;

  /// Where a relative source starts.
  Path start();

  /// A word of a source with what it takes from the caller.
  String written(String word);

  /// The host's own files.
  ///
  /// @param start the directory the build was called from, absolute
  record Host(Path start) implements SourceTree {
    @Override
    public Path follow(Path path) {
      return path;
    }

    @Override
    public String written(String word) {
      return new CallerWords(System.getenv()).expand(word);
    }
  }

  /// The root of an earlier stage; no link leads out of it.
  record StageRoot(RootPaths paths) implements SourceTree {
    @Override
    public Path start() {
      return Path.of("/");
    }

    @Override
    public Path follow(Path path) throws IOException {
      return paths.follow(path);
    }

    @Override
    public String written(String word) {
      return word;
    }
  }

  /// What is in a directory; nothing if it cannot be read or is none.
  default List<Path> children(Path directory) throws IOException {
    List<Path> names = new ArrayList<>();
    Path real = follow(directory);
    if (Files.isDirectory(real) && Files.isReadable(real)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(real)) {
        children.forEach(child -> names.add(child.getFileName()));
      }
    }
    names.sort((a, b) -> a.toString().compareTo(b.toString()));
    return names;
  }

  /// Whether a name stands there, be it a link that leads nowhere.
  default boolean exists(Path path) throws IOException {
    return Files.exists(follow(path), LinkOption.NOFOLLOW_LINKS);
  }
}
