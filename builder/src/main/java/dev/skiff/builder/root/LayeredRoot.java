package dev.skiff.builder.root;

import dev.skiff.image.oci.layer.UpperDirectory;
import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.DirectoryTree.Owners;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// A root directory that keeps apart what each step changes. The base lies in it as files; every
/// step writes to an upper directory of its own, mounted over all before. Removed when closed.
final class LayeredRoot implements StepRoot {

  private final RootFilesystem root;
  private final OverlayMounts mounts;
  private final List<Path> uppers = new ArrayList<>();
  private final LinkedNames links = new LinkedNames();
  private LinkedNames.Placed placed = LinkedNames.Placed.nothing(Path.of("/"));
  private boolean mounted;
  private Optional<Path> open = Optional.empty();

  private LayeredRoot(RootFilesystem root, OverlayMounts mounts) {
    this.root = root;
    this.mounts = mounts;
  }

  /// An empty one.
  static LayeredRoot create(WorkingDirectory where, OverlayMounts mounts) throws IOException {
    RootFilesystem root = RootFilesystem.create(where, RootFilesystem.Cleanup.REMOVE);
    LayeredRoot layered = new LayeredRoot(root, mounts);
    root.beforeRemovalAtExit(layered::unmountAtExit);
    return layered;
  }

  private void unmountAtExit() {
    if (mounted) {
      try {
        OverlayMounts.real().unmount(root.directory());
      } catch (IOException e) {
        // the mount ends with the process, and what lies below it is left
      }
    }
  }

  @Override
  public RootFilesystem root() {
    return root;
  }

  @Override
  public void beginStep() throws IOException {
    unmount();
    root.emptyTemporary();
    Path top = uppers.isEmpty() ? root.directory() : uppers.getLast();
    Path steps = Files.createDirectories(root.scratch().resolve("steps"));
    Path step = Files.createDirectory(steps.resolve(Integer.toString(uppers.size())));
    Path upper = Files.createDirectory(step.resolve("u"));
    Path work = Files.createDirectory(step.resolve("w"));
    Files.setAttribute(upper, "unix:uid", Files.getAttribute(top, "unix:uid"));
    Files.setAttribute(upper, "unix:gid", Files.getAttribute(top, "unix:gid"));
    FileModes.set(upper, FileModes.of(top));
    Files.setLastModifiedTime(upper, Files.getLastModifiedTime(top));
    Map<Path, List<List<Path>>> several = links.seen(lower());
    mount(upper, work);
    if (several.isEmpty()) {
      placed = LinkedNames.Placed.nothing(upper);
    } else {
      LinkedNames.makeFolders(several, root.directory());
      unmount();
      placed = LinkedNames.place(several, upper);
      mount(upper, Files.createDirectory(step.resolve("w2"))); // the first has marks of its mount
    }
    open = Optional.of(upper);
  }

  private void mount(Path upper, Path work) throws IOException {
    mounts.mount(lower(), upper, work, root.directory());
    mounted = true;
  }

  @Override
  public UpperDirectory.Read endStep(Owners owners, ToLongFunction<FileTime> times)
      throws IOException {
    Path upper = open.orElseThrow(() -> new IllegalStateException("no step was begun"));
    unmount();
    LinkedNames.takeOut(placed);
    open = Optional.empty();
    uppers.add(upper);
    return lastStep(owners, times);
  }

  @Override
  public UpperDirectory.Read lastStep(Owners owners, ToLongFunction<FileTime> times)
      throws IOException {
    return UpperDirectory.read(uppers.getLast(), DirectoryTree.Options.ofUpper(owners, times));
  }

  @Override
  public void show() throws IOException {
    root.emptyTemporary();
    if (!mounted && !uppers.isEmpty()) {
      mounts.mountReadOnly(lower(), root.directory());
      mounted = true;
    }
  }

  private List<Path> lower() {
    List<Path> lower = new ArrayList<>(uppers.reversed());
    lower.add(root.directory());
    return lower;
  }

  private void unmount() throws IOException {
    if (mounted) {
      mounts.unmount(root.directory());
      mounted = false;
    }
  }

  @Override
  public void close() throws IOException {
    unmount();
    root.close();
  }
}
