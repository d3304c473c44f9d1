package dev.skiff.image.tree;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A directory of the host, as the files that were read from it remember it: by its own name and
/// the directory above.
final class HostFolder {

  private final @Nullable HostFolder parent;
  private final byte[] name;
  private final EntryTable<FileNode> entries = new EntryTable<>();

  private HostFolder(@Nullable HostFolder parent, byte[] name) {
    this.parent = parent;
    this.name = name;
  }

  /// @param path absolute
  static HostFolder of(byte[] path) {
    return new HostFolder(null, path);
  }

  static HostFolder in(HostFolder parent, FileName name) {
    return new HostFolder(parent, name.bytes());
  }

  /// What was read from it. From the first content on, each name keeps its number.
  EntryTable<FileNode> entries() {
    return entries;
  }

  Path path() {
    Deque<HostFolder> way = new ArrayDeque<>();
    for (HostFolder here = this; here != null; here = here.parent) {
      way.push(here);
    }
    ByteArrayOutputStream path = new ByteArrayOutputStream();
    path.writeBytes(way.pop().name);
    for (HostFolder below : way) {
      if (path.size() > 1) { // the root of the host ends in a slash already
        path.write('/');
      }
      path.writeBytes(below.name);
    }
    return HostPath.of(path.toByteArray());
  }

  /// The content of a file in it.
  ///
  /// @param number of its name among the entries
  FileContent file(int number, long sizeBytes) {
    return new HostFile(this, number, sizeBytes);
  }

  private record HostFile(HostFolder folder, int number, long sizeBytes) implements FileContent {

    @Override
    public InputStream open() throws IOException {
      Path path = HostPath.resolve(folder.path(), folder.entries.name(number));
      return Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
