package dev.skiff.builder.root;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A root that is a directory of the host; paths are the host's.
record DiskFiles() implements RootFiles {

  @Override
  public Kind kind(Path path) {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return Kind.NOTHING; // something else than a directory on the way there
    }
    if (attributes.isRegularFile()) {
      return Kind.FILE;
    }
    if (attributes.isDirectory()) {
      return Kind.DIRECTORY;
    }
    return attributes.isSymbolicLink() ? Kind.LINK : Kind.OTHER;
  }

  @Override
  public Path linkTarget(Path link) throws IOException {
    return Files.readSymbolicLink(link);
  }

  @Override
  public int permissions(Path path) throws IOException {
    return FileModes.of(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void setPermissions(Path path, int permissions) throws IOException {
    FileModes.set(path, permissions);
  }

  @Override
  public List<String> names(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        names.add(String.valueOf(child.getFileName()));
      }
    }
    Collections.sort(names);
    return names;
  }

  @Override
  public InputStream open(Path file) throws IOException {
    return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public long sizeBytes(Path file) throws IOException {
    return Files.size(file);
  }

  @Override
  public void makeDirectory(Path directory, int permissions) throws IOException {
    Files.createDirectory(directory);
    FileModes.set(directory, permissions);
  }

  @Override
  public void makeLink(Path link, Path target) throws IOException {
    Files.createSymbolicLink(link, target);
  }

  @Override
  public void makeFile(Path file, byte[] bytes, int permissions) throws IOException {
    Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
    FileModes.set(file, permissions);
  }

  @Override
  public void append(Path file, byte[] bytes, int permissions) throws IOException {
    Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    FileModes.set(file, permissions);
  }

  @Override
  public void takeIn(Path hostFile, Path file, int permissions) throws IOException {
    Files.copy(hostFile, file);
    FileModes.set(file, permissions);
    Files.setLastModifiedTime(file, Files.getLastModifiedTime(hostFile));
  }

  @Override
  public void delete(Path path) throws IOException {
    boolean _ = Files.deleteIfExists(path);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to);
  }
}
