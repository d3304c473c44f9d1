package dev.skiff.builder.store;

import dev.skiff.builder.store.StoredItem.State;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Looks what is in the cache. What others put there or take away meanwhile may be seen or not.
public final class StoreSurvey {

  private static final String LOCK = ".lock";
  private static final String UNFINISHED = ".unfinished";

  private final List<StoredItem> items = new ArrayList<>();

  private StoreSurvey() {}

  /// Everything below the cache's directory, the last used first.
  public static List<StoredItem> of(Path root) {
    StoreSurvey survey = new StoreSurvey();
    for (Path algorithm : children(root.resolve("blobs"))) {
      survey.add(StoredKind.BLOB, algorithm, algorithm.getFileName() + ":");
    }
    survey.add(StoredKind.IMAGE, root.resolve("images"), "");
    survey.add(StoredKind.STEP, root.resolve("steps/keys"), "key ");
    survey.add(StoredKind.STEP, root.resolve("steps/blobs"), "layer ");
    survey.add(StoredKind.NOTE, root.resolve("steps/inputs"), "digest of an input ");
    survey.add(StoredKind.NOTE, root.resolve("conversions/layers"), "listing of layer ");
    survey.add(StoredKind.NOTE, root.resolve("conversions/images"), "blocks of image ");
    survey.add(StoredKind.NOTE, root.resolve("conversions/files"), "second name of image ");
    survey.add(StoredKind.NOTE, root.resolve("references"), "name of an image ");
    return survey.sorted();
  }

  /// Images unpacked on this machine.
  ///
  /// @param directory where they are, with a lock file for each
  public static List<StoredItem> ofUnpacked(Path directory) {
    StoreSurvey survey = new StoreSurvey();
    for (Path path : children(directory)) {
      String name = String.valueOf(path.getFileName());
      if (!name.endsWith(LOCK) && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        boolean unfinished = name.endsWith(UNFINISHED);
        survey.add(StoredKind.UNPACKED, path, name, unfinished ? State.UNFINISHED : State.WHOLE);
      }
    }
    return survey.sorted();
  }

  /// The file whose lock is held by who unpacks an image, and whose time tells of its last use.
  static Path lockOfUnpacked(Path path) {
    String name = String.valueOf(path.getFileName());
    String whole =
        name.endsWith(UNFINISHED) ? name.substring(0, name.length() - UNFINISHED.length()) : name;
    return path.resolveSibling(whole + LOCK);
  }

  private List<StoredItem> sorted() {
    items.sort(Comparator.comparing(StoredItem::used).reversed());
    return List.copyOf(items);
  }

  private void add(StoredKind kind, Path directory, String prefix) {
    for (Path path : children(directory)) {
      String name = String.valueOf(path.getFileName());
      boolean unfinished = name.startsWith(".");
      if (!name.endsWith(UseMark.SUFFIX) || unfinished) {
        add(kind, path, prefix + name, unfinished ? State.UNFINISHED : State.WHOLE);
      }
    }
  }

  private void add(StoredKind kind, Path path, String name, State state) {
    try {
      BasicFileAttributes attributes = attributes(path);
      Instant used =
          switch (kind) {
            case BLOB -> latest(attributes, UseMark.of(path));
            case IMAGE -> modified(UseMark.of(path), attributes.lastModifiedTime().toInstant());
            case UNPACKED ->
                modified(lockOfUnpacked(path), attributes.lastModifiedTime().toInstant());
            case STEP, NOTE -> attributes.lastModifiedTime().toInstant();
          };
      items.add(new StoredItem(kind, path, name, sizeBytes(path, attributes), used, state));
    } catch (IOException e) {
      // it is gone
    }
  }

  /// A blob that is taken gets a time of access, whatever the file system notes by itself.
  private static Instant latest(BasicFileAttributes attributes, Path mark) {
    Instant written = attributes.lastModifiedTime().toInstant();
    Instant read = attributes.lastAccessTime().toInstant();
    Instant used = modified(mark, written);
    Instant latest = read.isAfter(written) ? read : written;
    return used.isAfter(latest) ? used : latest;
  }

  private static Instant modified(Path mark, Instant otherwise) {
    try {
      return attributes(mark).lastModifiedTime().toInstant();
    } catch (IOException e) {
      return otherwise;
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static long sizeBytes(Path path, BasicFileAttributes attributes) throws IOException {
    if (!attributes.isDirectory()) {
      return hasOtherNames(path) ? 0 : attributes.size();
    }
    long[] bytes = {0};
    Path _ =
        Files.walkFileTree(
            path,
            new SimpleFileVisitor<>() {
              @Override
              public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
                bytes[0] += found.isRegularFile() ? found.size() : 0;
                return FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE; // gone, or closed to its owner
              }
            });
    return bytes[0];
  }

  /// What has a name outside of the cache is not gone with the one in it.
  private static boolean hasOtherNames(Path path) throws IOException {
    return Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
            instanceof Integer names
        && names > 1;
  }

  private static List<Path> children(Path directory) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return children;
  }
}
