package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Notes every call and lets it succeed. Descriptors are named in the notes by what they stand for.
final class RecordingKernel implements Kernel {

  final List<String> calls = new ArrayList<>();
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<String, Integer> results = new TreeMap<>();
  private final Map<String, Integer> modes = new TreeMap<>();
  private final Set<String> danglingLinks = new HashSet<>();
  private int nextFd = 10;

  /// The next calls whose note is this return `result`.
  RecordingKernel failing(String note, int result) {
    results.put(note, result);
    return this;
  }

  /// What stands at `path` is a directory; anything else is a file.
  RecordingKernel directory(String path) {
    modes.put(path, ContainerRoot.DIRECTORY_TYPE | 0755);
    return this;
  }

  private int note(String note) {
    calls.add(note);
    return results.getOrDefault(note, 0);
  }

  private int opened(String note, String name) {
    int result = note(note);
    if (result < 0) {
      return result;
    }
    names.put(nextFd, name);
    return nextFd++;
  }

  private String name(int fd) {
    return fd == -100 ? "" : names.getOrDefault(fd, "fd " + fd);
  }

  private String named(String path) {
    String prefix = "/proc/self/fd/";
    return path.startsWith(prefix) ? name(Integer.parseInt(path.substring(prefix.length()))) : path;
  }

  @Override
  public int mount(
      @Nullable String source, String target, @Nullable String type, long flags, String data) {
    String options = data.replaceAll("fd=\\d+", "fd=N");
    return note(
        "mount "
            + type
            + " "
            + source
            + " on "
            + named(target)
            + " flags "
            + flags
            + " "
            + options);
  }

  @Override
  public int unmount(String target, int flags) {
    return note("unmount " + target + " flags " + flags);
  }

  @Override
  public int pivotRoot(String newRoot, String putOld) {
    return note("pivot_root " + newRoot + " " + putOld);
  }

  @Override
  public int chdir(String directory) {
    return note("chdir " + directory);
  }

  @Override
  public int cloneTree(String path) {
    return opened("clone tree " + path, path);
  }

  @Override
  public int makeReadOnly(int fd, Depth depth) {
    return note("read-only " + name(fd) + " " + depth);
  }

  @Override
  public int attach(int fd, int targetFd) {
    return note("attach " + name(fd) + " to " + name(targetFd));
  }

  @Override
  public int openDirectory(String path) {
    return opened("open " + path, "ROOT");
  }

  /// At `path` stands a symbolic link to nothing.
  RecordingKernel danglingLink(String path) {
    danglingLinks.add(path);
    return this;
  }

  @Override
  public int openInRoot(int rootFd, String path, int flags) {
    if (danglingLinks.contains(path) && flags == 0) {
      calls.add("find " + path);
      return -Errno.ENOENT;
    }
    return opened("find " + path, "ROOT:" + path);
  }

  @Override
  public int open(String path, int flags) {
    return opened("open " + path, path);
  }

  @Override
  public int makeFile(int directoryFd, String name, int mode) {
    return note("make file " + name(directoryFd) + " " + name + " " + Integer.toOctalString(mode));
  }

  @Override
  public int makeDirectory(int directoryFd, String name, int mode) {
    return note("mkdir " + name(directoryFd) + " " + name + " " + Integer.toOctalString(mode));
  }

  @Override
  public int makeSymlink(String target, int directoryFd, String name) {
    return note("symlink " + name(directoryFd) + " " + name + " to " + target);
  }

  @Override
  public String readLink(int fd) {
    return "";
  }

  @Override
  public byte @Nullable [] readInRoot(int rootFd, String path, int most) {
    return note("read " + path) < 0
        ? null
        : "root:x:0:0:root:/root:/bin/sh\n".getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int mode(int fd) {
    return modes.getOrDefault(name(fd), 0100644);
  }

  @Override
  public long mountOf(int fd) {
    return 1;
  }

  @Override
  public int close(int fd) {
    names.remove(fd);
    return 0;
  }

  /// How many descriptors were opened and not closed.
  int openDescriptors() {
    return names.size();
  }

  @Override
  public int lock(int fd, Sharing sharing) {
    return note("lock " + name(fd) + " " + sharing);
  }

  @Override
  public int openProcess(long pid) {
    return note("open a process");
  }

  @Override
  public int takeDescriptor(int process, int fd) {
    return note("take descriptor " + fd);
  }

  @Override
  public int joinMounts(int namespace) {
    return note("join mounts");
  }

  @Override
  public int write(int fd, byte[] bytes) {
    return note("write " + name(fd) + ": " + new String(bytes, StandardCharsets.UTF_8).strip());
  }

  @Override
  public int unread(int fd) {
    return 0;
  }

  @Override
  public int ioctl(int fd, long request, long argument) {
    return note("ioctl " + name(fd) + " " + Long.toHexString(request));
  }

  @Override
  public int ioctl(int fd, long request, byte[] argument) {
    return note("ioctl " + name(fd) + " " + Long.toHexString(request));
  }

  @Override
  public int setHostName(String name) {
    return note("sethostname " + name);
  }

  @Override
  public int shedJvm(int firstFd) {
    return note("shed the JVM");
  }

  @Override
  public int forbidNewPrivileges() {
    return note("no new privileges");
  }

  @Override
  public int filter(byte[] program) {
    return note("filter of " + program.length / 8);
  }

  @Override
  public int execute(String program, List<String> arguments, List<String> environment) {
    return note("execve " + program + " " + arguments);
  }

  @Override
  public int exit(int status) {
    return note("exit " + status);
  }
}
