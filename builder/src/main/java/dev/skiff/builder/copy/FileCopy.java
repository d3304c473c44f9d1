package dev.skiff.builder.copy;

import dev.skiff.builder.root.RootPaths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Copies the lines of a `%files` section into a root file system, the way `cp -fr` does: a
/// directory that exists receives the source, anything else becomes it.
public final class FileCopy {

  private final SourceTree sources;
  private final TreeCopy copies;
  private final RootPaths destination;

  private FileCopy(SourceTree sources, TreeCopy copies, RootPaths destination) {
    this.sources = sources;
    this.copies = copies;
    this.destination = destination;
  }

  /// From the host; every link is followed.
  ///
  /// @param start what relative sources start from
  /// @param excluded a directory that is never copied: the build's own
  /// @param times told the time of each file that is copied
  public static FileCopy fromHost(
      Path start, Optional<Path> excluded, RootPaths destination, Consumer<Instant> times) {
    return new FileCopy(
        new SourceTree.Host(start.toAbsolutePath()),
        new TreeCopy(TreeCopy.Links.FOLLOW, destination, excluded, times),
        destination);
  }

  /// From an earlier stage; a link that is named is followed, links below a named directory stay
  /// links.
  public static FileCopy fromStage(RootPaths stage, RootPaths destination) {
    return new FileCopy(
        new SourceTree.StageRoot(stage),
        new TreeCopy(TreeCopy.Links.KEEP, destination, Optional.empty(), time -> {}),
        destination);
  }

  /// Where the sources of lines lie.
  public record Sources(Path start) {

    /// Of files on this machine.
    ///
    /// @param start what relative sources start from
    public static Sources ofHost(Path start) {
      return new Sources(start.toAbsolutePath());
    }

    /// The paths that a source names, sorted within each pattern; they need not exist.
    public List<Path> find(String source) throws IOException {
      return new SourceFinder(new SourceTree.Host(start)).find(source);
    }
  }

  /// Copies what a source names.
  ///
  /// @param source a path or shell pattern
  /// @param to where; empty means each source's own path
  /// @throws IOException naming the file that could not be copied
  public void copy(String source, Optional<String> to) throws IOException {
    List<Path> found = new SourceFinder(sources).find(source);
    for (Path path : found) {
      String written = to.orElseGet(() -> ownPath(source, path));
      Path real = sources.follow(path);
      copies.copy(real, target(contents(source) ? path.resolve(".") : path, written));
    }
  }

  /// Whether a directory's content is meant, and not itself: a slash at the end says so of a stage,
  /// and nothing on the host.
  private boolean contents(String source) {
    return sources instanceof SourceTree.StageRoot && source.endsWith("/");
  }

  /// A relative source keeps its path below the directory the build was called from.
  private String ownPath(String source, Path found) {
    boolean absolute = Path.of(sources.written(source)).isAbsolute();
    boolean relative = !absolute && found.startsWith(sources.start());
    Path own = relative ? sources.start().relativize(found) : found;
    return own.normalize().toString();
  }

  /// The host path that the source becomes.
  private Path target(Path source, String written) throws IOException {
    Path to = Path.of("/").resolve(written);
    if (written.endsWith("/")) {
      return within(destination.makeDirectories(to), source);
    }
    Path parent = to.getParent();
    Path above = parent == null ? destination.root() : destination.makeDirectories(parent);
    Path name = to.getFileName();
    Path host = destination.follow(destination.inside(name == null ? above : above.resolve(name)));
    return destination.files().isDirectory(host) ? within(host, source) : host;
  }

  /// In a directory that exists; `.` and `..` stand for their contents.
  private static Path within(Path directory, Path source) {
    Path name = source.getFileName();
    boolean contents = name == null || name.toString().equals(".") || name.toString().equals("..");
    return contents ? directory : directory.resolve(name);
  }
}
