package dev.skiff.builder.copy;

import dev.skiff.builder.root.FileModes;
import dev.skiff.builder.root.RootFiles;
import dev.skiff.builder.root.RootPaths;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Copies one file or directory tree onto a place in a root file system. Owner becomes the builder,
/// modes are kept apart from set-id bits and what the umask 0002 takes, times are kept so that the
/// same input gives the same image.
final class TreeCopy {

  /// What a symbolic link below the source becomes.
  enum Links {
    /// What it leads to.
    FOLLOW,
    /// A link.
    KEEP
  }

  private static final int KEPT_MODE = 0775;

  private final Links links;
  private final RootPaths destination;
  private final RootFiles files;
  private final Optional<Path> excluded;
  private final Consumer<Instant> times;
  private final Deque<Object> above = new ArrayDeque<>();

  TreeCopy(Links links, RootPaths destination, Optional<Path> excluded, Consumer<Instant> times) {
    this.links = links;
    this.destination = destination;
    files = destination.files();
    this.excluded = excluded;
    this.times = times;
  }

  /// Copies a file, link already followed, to a host path below the root.
  void copy(Path source, Path target) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(source, BasicFileAttributes.class, linkOptions());
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(source.toString(), null, missing(source));
    }
    if (attributes.isDirectory()) {
      copyDirectory(source, target, attributes);
    } else if (attributes.isRegularFile()) {
      copyFile(source, target);
    } else if (attributes.isSymbolicLink()) {
      replace(target);
      files.makeLink(/* link= */ target, /* target= */ Files.readSymbolicLink(source));
    } else {
      throw new FileSystemException(
          source.toString(), null, "it is neither a file, a directory nor a link");
    }
  }

  private LinkOption[] linkOptions() {
    return links == Links.KEEP ? new LinkOption[] {LinkOption.NOFOLLOW_LINKS} : new LinkOption[0];
  }

  private static String missing(Path source) throws IOException {
    return Files.isSymbolicLink(source)
        ? "it is a link to '%s', and there is no such file"
            .formatted(Files.readSymbolicLink(source))
        : "no such file or directory";
  }

  private void copyDirectory(Path source, Path target, BasicFileAttributes attributes)
      throws IOException {
    Object identity = attributes.fileKey();
    if (excluded.isPresent() && Files.isSameFile(source, excluded.get())) {
      return;
    }
    if (identity != null && above.contains(identity)) {
      throw new FileSystemLoopException(source.toString());
    }
    Path made = follow(target);
    if (!files.isDirectory(made)) {
      if (files.exists(made)) {
        throw new FileAlreadyExistsException(
            inside(made), null, "a file stands where the directory '%s' goes".formatted(source));
      }
      files.makeDirectory(made, 0700 | (FileModes.of(source) & KEPT_MODE));
    }
    above.push(identity == null ? source : identity);
    for (Path child : children(source)) {
      copy(child, made.resolve(child.getFileName()));
    }
    above.pop();
  }

  /// Listed before anything is written, in an order that does not depend on the disk.
  private static List<Path> children(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    }
    Collections.sort(children);
    return children;
  }

  private void copyFile(Path source, Path target) throws IOException {
    Path host = follow(target);
    if (files.isDirectory(host)) {
      throw new FileAlreadyExistsException(
          inside(host), null, "a directory stands where the file '%s' goes".formatted(source));
    }
    replace(host);
    files.takeIn(source, host, FileModes.of(source) & KEPT_MODE);
    times.accept(Files.getLastModifiedTime(source).toInstant());
  }

  private void replace(Path target) throws IOException {
    if (files.isDirectory(target)) {
      throw new FileAlreadyExistsException(target.toString(), null, "a directory stands there");
    }
    files.delete(target);
  }

  private Path follow(Path host) throws IOException {
    return destination.follow(destination.inside(host));
  }

  private String inside(Path host) {
    return destination.inside(host).toString();
  }
}
