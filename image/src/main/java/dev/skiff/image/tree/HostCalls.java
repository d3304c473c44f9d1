package dev.skiff.image.tree;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What the host's file system can do and Java's library cannot say: extended attributes of every
/// name space, device nodes, times of links, and all of it by paths that are bytes. None of these
/// calls but `changeMode` follows a symbolic link in a path's last component. For one thread.
///
/// One handle serves all functions, because linking one takes 20 ms: each takes at most five
/// arguments, all of which go into integer registers.
final class HostCalls implements AutoCloseable {

  private static final int MOST_BYTES = 64 << 10; // XATTR_SIZE_MAX, XATTR_LIST_MAX
  private static final int PATH_BYTES = 4096;
  private static final long CURRENT_DIRECTORY = -100;
  private static final long NO_FOLLOW = 0x100;

  private final MethodHandle handle;
  private final Linker linker = Linker.nativeLinker();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment errno = arena.allocate(4, 4);
  private final MemorySegment first = arena.allocate(PATH_BYTES + 1);
  private final MemorySegment second = arena.allocate(PATH_BYTES + 1);
  private final MemorySegment buffer = arena.allocate(MOST_BYTES, 8);
  private final MemorySegment chmod = function("chmod");
  private final MemorySegment lchown = function("lchown");
  private final MemorySegment lgetxattr = function("lgetxattr");
  private final MemorySegment link = function("link");
  private final MemorySegment llistxattr = function("llistxattr");
  private final MemorySegment lsetxattr = function("lsetxattr");
  private final MemorySegment mkdir = function("mkdir");
  private final MemorySegment mknod = function("mknod");
  private final MemorySegment readlink = function("readlink");
  private final MemorySegment symlink = function("symlink");
  private final MemorySegment utimensat = function("utimensat");

  @SuppressWarnings("restricted") // calling native code is what this class is for
  HostCalls() {
    ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
    handle =
        linker.downcallHandle(
            FunctionDescriptor.of(word, word, word, word, word, word),
            Linker.Option.captureCallState("errno"));
  }

  /// A call that the kernel refused.
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    private final int errno;

    private Refused(String call, byte[] path, int errno) {
      super(
          "%s: %s: %s"
              .formatted(new String(path, StandardCharsets.UTF_8), call, Errno.text(errno)));
      this.errno = errno;
    }

    int errno() {
      return errno;
    }
  }

  private MemorySegment function(String name) {
    return linker.defaultLookup().findOrThrow(name);
  }

  void changeMode(byte[] path, int mode) throws IOException {
    requireZero("chmod", path, call(chmod, path(first, path), mode, 0, 0));
  }

  void changeOwner(byte[] path, long uid, long gid) throws IOException {
    requireZero("lchown", path, call(lchown, path(first, path), uid, gid, 0));
  }

  void makeDirectory(byte[] path, int mode) throws IOException {
    requireZero("mkdir", path, call(mkdir, path(first, path), mode, 0, 0));
  }

  /// Makes a device node, a pipe or a socket.
  ///
  /// @param mode with the file type's bits
  /// @param device as the C library packs major and minor; 0 for a pipe or socket
  void makeNode(byte[] path, int mode, long device) throws IOException {
    requireZero("mknod", path, call(mknod, path(first, path), mode, device, 0));
  }

  void makeLink(byte[] existing, byte[] path) throws IOException {
    requireZero("link", path, call(link, path(first, existing), path(second, path), 0, 0));
  }

  void makeSymlink(byte[] target, byte[] path) throws IOException {
    requireZero("symlink", path, call(symlink, path(first, target), path(second, path), 0, 0));
  }

  byte[] readSymlink(byte[] path) throws IOException {
    long size = call(readlink, path(first, path), buffer.address(), PATH_BYTES, 0);
    require("readlink", path, size);
    return bytes(size);
  }

  /// Sets both times of a file, links themselves included.
  void setTimes(byte[] path, long seconds) throws IOException {
    for (int i = 0; i < 2; i++) {
      buffer.setAtIndex(ValueLayout.JAVA_LONG, i * 2L, seconds);
      buffer.setAtIndex(ValueLayout.JAVA_LONG, i * 2L + 1, 0);
    }
    long result =
        call(utimensat, CURRENT_DIRECTORY, path(first, path), buffer.address(), NO_FOLLOW);
    requireZero("utimensat", path, result);
  }

  /// The names of a file's extended attributes; none where the file system has no such thing.
  List<String> xattrNames(byte[] path) throws IOException {
    long size = call(llistxattr, path(first, path), buffer.address(), MOST_BYTES, 0);
    if (size < 0 && errno() == Errno.NOT_SUPPORTED) {
      return List.of();
    }
    require("llistxattr", path, size);
    List<String> names = new ArrayList<>();
    byte[] list = bytes(size);
    int start = 0;
    for (int end = 0; end < list.length; end++) {
      if (list[end] == 0) {
        names.add(new String(list, start, end - start, StandardCharsets.UTF_8));
        start = end + 1;
      }
    }
    return names;
  }

  byte[] xattr(byte[] path, String name) throws IOException {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    long size =
        call(lgetxattr, path(first, path), path(second, nameBytes), buffer.address(), MOST_BYTES);
    require("lgetxattr " + name, path, size);
    return bytes(size);
  }

  void setXattr(byte[] path, String name, byte[] value) throws IOException {
    if (value.length > MOST_BYTES) {
      throw new Refused("lsetxattr " + name, path, Errno.RANGE);
    }
    MemorySegment.copy(value, 0, buffer, ValueLayout.JAVA_BYTE, 0, value.length);
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    long result =
        call(lsetxattr, path(first, path), path(second, nameBytes), buffer.address(), value.length);
    requireZero("lsetxattr " + name, path, result);
  }

  private byte[] bytes(long size) {
    return buffer.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
  }

  private static long path(MemorySegment place, byte[] path) throws IOException {
    if (path.length > PATH_BYTES - 1) {
      throw new Refused("path", path, Errno.NAME_TOO_LONG);
    }
    MemorySegment.copy(path, 0, place, ValueLayout.JAVA_BYTE, 0, path.length);
    place.set(ValueLayout.JAVA_BYTE, path.length, (byte) 0);
    return place.address();
  }

  /// Calls a function of up to five arguments, the fifth of which is always 0.
  private long call(MemorySegment function, long a, long b, long c, long d) {
    try {
      return (long) handle.invokeExact(function, errno, a, b, c, d, 0L);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new LinkageError("calling the C library", failure);
    }
  }

  private int errno() {
    return errno.get(ValueLayout.JAVA_INT, 0);
  }

  /// For functions that return an int: the register's upper half means nothing.
  private void requireZero(String call, byte[] path, long result) throws Refused {
    if ((int) result != 0) {
      throw new Refused(call, path, errno());
    }
  }

  private void require(String call, byte[] path, long result) throws Refused {
    if (result < 0) {
      throw new Refused(call, path, errno());
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
