package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The new root while it is being furnished: finds and makes paths in it, and lets no symbolic link
/// of the image lead out. Every descriptor it returns is the caller's to close.
final class ContainerRoot {

  /// What is made where a mount point is missing.
  enum Kind {
    DIRECTORY,
    FILE
  }

  static final int TYPE_MASK = 0170000;
  static final int DIRECTORY_TYPE = 0040000;
  private static final int SYMLINK_TYPE = 0120000;
  private static final int O_NOFOLLOW = 0x20000;
  private static final int MOST_LINKS = 40; // as the kernel's own walk
  private static final int EAGAIN = 11;

  private final Kernel kernel;
  private final int rootFd;
  private final @Nullable DirectoryCovers covers;
  private final OwnMounts own;
  private boolean made;

  ContainerRoot(Kernel kernel, int rootFd) {
    this(kernel, rootFd, null, new OwnMounts(kernel));
  }

  /// @param covers for directories in which nothing can be made; null to leave them alone
  /// @param own where a link of the image may lead to what has to be made
  ContainerRoot(Kernel kernel, int rootFd, @Nullable DirectoryCovers covers, OwnMounts own) {
    this.own = own;
    this.kernel = kernel;
    this.rootFd = rootFd;
    this.covers = covers;
  }

  /// Something was mounted at a path.
  void shown(String path) {
    if (covers != null) {
      covers.shown(path);
    }
  }

  int rootFd() {
    return rootFd;
  }

  /// Whether the last path that was to be made had to be.
  boolean made() {
    return made;
  }

  /// A descriptor of what stands at `path`, all links followed; or minus the error number.
  int find(String path) {
    return open(path, 0);
  }

  /// A descriptor of what stands at `path`, made as `kind` if nothing does; or minus the error
  /// number. Directories on the way are made too, with mode 0755.
  int make(String path, Kind kind, int mode) {
    int fd = find(path);
    made = fd == -Errno.ENOENT;
    return fd == -Errno.ENOENT ? makeMissing(path, kind, mode) : fd;
  }

  /// The same, made as what `model` is if nothing stands there; whatever does is not looked at.
  int makeLike(String path, int model) {
    int fd = find(path);
    made = fd == -Errno.ENOENT;
    if (!made) {
      return fd;
    }
    Kind kind = kind(model);
    return makeMissing(path, kind, kind == Kind.FILE ? 0644 : 0755);
  }

  /// What a descriptor names.
  Kind kind(int fd) {
    return (kernel.mode(fd) & TYPE_MASK) == DIRECTORY_TYPE ? Kind.DIRECTORY : Kind.FILE;
  }

  /// Makes a symbolic link, unless something stands there.
  int makeSymlink(String path, String target) {
    int slash = path.lastIndexOf('/');
    int parent = make(slash <= 0 ? "/" : path.substring(0, slash), Kind.DIRECTORY, 0755);
    if (parent < 0) {
      return parent;
    }
    int result = kernel.makeSymlink(target, parent, path.substring(slash + 1));
    closing(parent);
    return result == -Errno.EEXIST ? 0 : result;
  }

  /// Walks the path name by name, since a dangling link must be followed to where it points: an
  /// /etc/resolv.conf into a /run that the image lacks. `..` and absolute targets stay in the root,
  /// as every open goes through it.
  private int makeMissing(String path, Kind kind, int mode) {
    Deque<String> ahead = new ArrayDeque<>();
    push(ahead, path);
    StringBuilder walked = new StringBuilder();
    int links = 0;
    boolean led = false; // by a link that is the image's, and so may mean harm
    while (!ahead.isEmpty()) {
      String name = ahead.pop();
      if (name.equals("..")) {
        walked.setLength(Math.max(walked.lastIndexOf("/"), 0));
        continue;
      }
      String target = linkTarget(walked.toString().concat("/").concat(name));
      if (!target.isEmpty()) {
        links++;
        if (links > MOST_LINKS) {
          return -Errno.ELOOP;
        }
        led |= isOwn(walked.toString());
        walked.setLength(target.startsWith("/") ? 0 : walked.length());
        push(ahead, target);
        continue;
      }
      boolean last = ahead.isEmpty();
      Kind wanted = last ? kind : Kind.DIRECTORY;
      String parent = walked.toString();
      int result =
          leadsOut(led, parent, name)
              ? -Errno.EXDEV
              : addOrCover(parent, name, wanted, last ? mode : 0755);
      if (result < 0 && result != -Errno.EEXIST) {
        return result;
      }
      walked.append('/').append(name);
    }
    return find(walked.isEmpty() ? "/" : walked.toString());
  }

  /// Whether a directory is the container's alone, and none of the host's.
  private boolean isOwn(String path) {
    int fd = find(path.isEmpty() ? "/" : path);
    if (fd < 0) {
      return false;
    }
    boolean held = own.hold(this, fd);
    closing(fd);
    return held;
  }

  /// Whether something would be made in a directory of the host's.
  ///
  /// @param led by a link of the image
  private boolean leadsOut(boolean led, String parent, String name) {
    if (!led) {
      return false;
    }
    int fd = find(parent + "/" + name);
    if (fd >= 0) {
      closing(fd);
    }
    return fd == -Errno.ENOENT && !isOwn(parent);
  }

  /// Where the symbolic link at `path` points; empty when there is none.
  private String linkTarget(String path) {
    int fd = open(path, O_NOFOLLOW);
    if (fd < 0) {
      return "";
    }
    boolean link = (kernel.mode(fd) & TYPE_MASK) == SYMLINK_TYPE;
    String target = link ? kernel.readLink(fd) : "";
    closing(fd);
    return target;
  }

  private int addOrCover(String parent, String name, Kind kind, int mode) {
    int result = add(parent, name, kind, mode);
    if (covers == null || parent.isEmpty() || !DirectoryCovers.helpsAgainst(result)) {
      return result;
    }
    int directory = find(parent);
    if (directory < 0) {
      return directory;
    }
    int laid = covers.lay(parent, directory);
    if (laid >= 0) {
      own.add(parent);
    }
    closing(directory);
    return laid < 0 ? result : add(parent, name, kind, mode);
  }

  private int add(String parent, String name, Kind kind, int mode) {
    int parentFd = find(parent.isEmpty() ? "/" : parent);
    if (parentFd < 0) {
      return parentFd;
    }
    int result =
        switch (kind) {
          case DIRECTORY -> kernel.makeDirectory(parentFd, name, mode);
          case FILE -> kernel.makeFile(parentFd, name, mode);
        };
    closing(parentFd);
    return result;
  }

  private int open(String path, int flags) {
    int fd = kernel.openInRoot(rootFd, path, flags);
    for (int i = 0; fd == -EAGAIN && i < 100; i++) { // somebody renamed a directory meanwhile
      fd = kernel.openInRoot(rootFd, path, flags);
    }
    return fd;
  }

  private void closing(int fd) {
    int _ = kernel.close(fd);
  }

  private static void push(Deque<String> ahead, String path) {
    int end = path.length();
    while (end > 0) {
      int slash = path.lastIndexOf('/', end - 1);
      String name = path.substring(slash + 1, end);
      if (!name.isEmpty() && !name.equals(".")) {
        ahead.push(name);
      }
      end = Math.max(slash, 0);
    }
  }
}
