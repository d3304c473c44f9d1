package dev.skiff.builder.root;

import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.ImageEntry.Folder;
import dev.skiff.builder.metadata.ImageEntry.Link;
import dev.skiff.builder.metadata.ImageEntry.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Writes metadata into a root directory.
public final class EntryWriter {

  private final RootPaths paths;

  public EntryWriter(RootPaths paths) {
    this.paths = paths;
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
        if (!Files.exists(paths.follow(inside), LinkOption.NOFOLLOW_LINKS)) {
          FileModes.set(paths.makeDirectories(inside), permissions);
        }
      }
      case TextFile file -> write(file, inside);
      case Link(var _, String target) -> link(inside, target);
    }
  }

  private void write(TextFile file, Path inside) throws IOException {
    makeParent(inside);
    Path host = paths.follow(inside);
    boolean exists = Files.exists(host, LinkOption.NOFOLLOW_LINKS);
    byte[] bytes = file.text().getBytes(file.encoding());
    switch (file.present()) {
      case KEEP -> {
        if (!exists) {
          Files.write(host, bytes, StandardOpenOption.CREATE_NEW);
          FileModes.set(host, file.permissions());
        }
      }
      case REPLACE -> {
        if (exists && !Files.isDirectory(host, LinkOption.NOFOLLOW_LINKS)) {
          Files.delete(host); // it may be a hard link of something else
        }
        Files.write(host, bytes, StandardOpenOption.CREATE_NEW);
        FileModes.set(host, file.permissions());
      }
      case APPEND -> {
        Files.write(host, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        FileModes.set(host, file.permissions());
      }
    }
  }

  private void link(Path inside, String target) throws IOException {
    makeParent(inside);
    Path host = paths.locate(inside);
    if (Files.isSymbolicLink(host)) {
      Files.delete(host);
    }
    if (!Files.exists(host, LinkOption.NOFOLLOW_LINKS)) {
      Files.createSymbolicLink(host, Path.of(target));
    }
  }

  private void makeParent(Path inside) throws IOException {
    Path parent = inside.getParent();
    if (parent != null) {
      Path followed = paths.follow(inside).getParent();
      paths.makeDirectories(parent);
      if (followed != null && !Files.isDirectory(followed, LinkOption.NOFOLLOW_LINKS)) {
        paths.makeDirectories(paths.inside(followed));
      }
    }
  }
}
