package dev.skiff.builder.root;

import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.ImageEntry.Folder;
import dev.skiff.builder.metadata.ImageEntry.Link;
import dev.skiff.builder.metadata.ImageEntry.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Writes metadata into a root.
public final class EntryWriter {

  private final RootPaths paths;
  private final RootFiles files;

  public EntryWriter(RootPaths paths) {
    this.paths = paths;
    files = paths.files();
  }

  /// Writes the entries in their order.
  public void write(List<ImageEntry> entries) throws IOException {
    for (ImageEntry entry : entries) {
      write(entry);
    }
  }

  private void write(ImageEntry entry) throws IOException {
    Path inside = Path.of(entry.path().value());
    switch (entry) {
      case Folder(var _, int permissions) -> {
        if (!files.exists(paths.follow(inside))) {
          files.setPermissions(paths.makeDirectories(inside), permissions);
        }
      }
      case TextFile file -> write(file, inside);
      case Link(var _, String target) -> link(inside, target);
    }
  }

  private void write(TextFile file, Path inside) throws IOException {
    makeParent(inside);
    Path host = paths.follow(inside);
    boolean exists = files.exists(host);
    byte[] bytes = file.text().getBytes(file.encoding());
    switch (file.present()) {
      case KEEP -> {
        if (!exists) {
          files.makeFile(host, bytes, file.permissions());
        }
      }
      case REPLACE -> {
        if (exists && !files.isDirectory(host)) {
          files.delete(host); // it may be a hard link of something else
        }
        files.makeFile(host, bytes, file.permissions());
      }
      case APPEND -> files.append(host, bytes, file.permissions());
    }
  }

  private void link(Path inside, String target) throws IOException {
    makeParent(inside);
    Path host = paths.locate(inside);
    if (files.isLink(host)) {
      files.delete(host);
    }
    if (!files.exists(host)) {
      files.makeLink(host, Path.of(target));
    }
  }

  private void makeParent(Path inside) throws IOException {
    Path parent = inside.getParent();
    if (parent != null) {
      Path followed = paths.follow(inside).getParent();
      paths.makeDirectories(parent);
      if (followed != null && !files.isDirectory(followed)) {
        paths.makeDirectories(paths.inside(followed));
      }
    }
  }
}
