package dev.skiff.runtime.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The running kernel. Not for several threads.
public final class LinuxKernel implements Kernel {

  private static final int AT_FDCWD = -100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_RECURSIVE = 0x8000;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_PATH = 0x200000;
  private static final int O_CREAT_EXCL_WRITE = 0x40 | 0x80 | 0x1;
  private static final int RESOLVE_IN_ROOT = 0x10;
  private static final int RESOLVE_NO_MAGICLINKS = 0x02;
  private static final int FIONREAD = 0x541B;
  private static final int POLLERR = 8;
  // SIGPIPE, and the two that glibc keeps for its threads
  private static final int[] ALTERED_SIGNALS = {13, 32, 33};
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int SIGKILL = 9;
  private static final int O_NONBLOCK = 0x800;
  private static final int CLONE_FS = 0x200;
  private static final int CLONE_NEWNS = 0x20000;
  private static final int READ_BYTES = 1 << 14;
  private static final int STATX_BYTES = 256;
  private static final int STATX_MNT_ID = 0x1000;

  private final SystemCalls calls;
  private final Architecture architecture;

  private final boolean rehearsed;

  /// What reaches the kernel.
  public enum Calls {
    REAL,
    /// Every call becomes sched_yield(2), which returns 0 and changes nothing: how the AOT cache is
    /// trained on any machine, with the code of a real start.
    REHEARSED
  }

  /// Links the system call, which takes long enough to be worth a thread of its own.
  public LinuxKernel(Calls kind) {
    this.calls = new NativeCalls();
    this.architecture = Architecture.host();
    this.rehearsed = kind == Calls.REHEARSED;
    int _ = call(SystemCall.SCHED_YIELD, text("")); // the first call links the rest
  }

  private LinuxKernel(SystemCalls calls) {
    this.calls = calls;
    this.architecture = Architecture.host();
    this.rehearsed = false;
  }

  /// Has another process make the calls, with its descriptors and in its namespaces; nothing has to
  /// be linked for that.
  ///
  /// @param requests a file that it reads
  /// @param answers a file that it writes
  public static LinuxKernel through(String requests, String answers) {
    return new LinuxKernel(new LaunchersCalls(requests, answers));
  }

  @Override
  public int mount(
      @Nullable String source, String target, @Nullable String type, long flags, String data) {
    long from = source == null ? 0 : text(source);
    long kind = type == null ? 0 : text(type);
    long options = data.isEmpty() ? 0 : text(data);
    return call(SystemCall.MOUNT, from, text(target), kind, flags, options);
  }

  @Override
  public int unmount(String target, int flags) {
    return call(SystemCall.UMOUNT2, text(target), flags);
  }

  @Override
  public int pivotRoot(String newRoot, String putOld) {
    return call(SystemCall.PIVOT_ROOT, text(newRoot), text(putOld));
  }

  @Override
  public int chdir(String directory) {
    return call(SystemCall.CHDIR, text(directory));
  }

  @Override
  public int cloneTree(String path) {
    long flags = 1 | O_CLOEXEC | AT_RECURSIVE; // OPEN_TREE_CLONE
    return call(SystemCall.OPEN_TREE, AT_FDCWD, text(path), flags);
  }

  @Override
  public int makeReadOnly(int fd, Depth depth) {
    byte[] attributes = new byte[32]; // struct mount_attr
    LittleEndian.put(attributes, 0, 8, 1); // attr_set = MOUNT_ATTR_RDONLY
    long flags = AT_EMPTY_PATH | (depth == Depth.AND_BELOW ? AT_RECURSIVE : 0);
    long empty = text("");
    return call(SystemCall.MOUNT_SETATTR, fd, empty, flags, calls.bytes(attributes), 32);
  }

  @Override
  public int attach(int fd, int targetFd) {
    long empty = text("");
    long flags = 0x04 | 0x40; // MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH
    return call(SystemCall.MOVE_MOUNT, fd, empty, targetFd, empty, flags);
  }

  @Override
  public int openDirectory(String path) {
    return open(path, O_PATH);
  }

  @Override
  public int openInRoot(int rootFd, String path, int flags) {
    byte[] how = new byte[24]; // struct open_how
    LittleEndian.put(how, 0, 8, O_PATH | O_CLOEXEC | (flags == 0 ? 0 : noFollow()));
    LittleEndian.put(how, 16, 8, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    long name = text(path);
    return call(SystemCall.OPENAT2, rootFd, name, calls.bytes(how), how.length);
  }

  private int noFollow() {
    return architecture == Architecture.X86_64 ? 0x20000 : 0x8000;
  }

  @Override
  public int open(String path, int flags) {
    return call(SystemCall.OPENAT, AT_FDCWD, text(path), flags | O_CLOEXEC);
  }

  @Override
  public int makeFile(int directoryFd, String name, int mode) {
    long flags = O_CREAT_EXCL_WRITE | O_CLOEXEC;
    int fd = call(SystemCall.OPENAT, directoryFd, text(name), flags, mode);
    return fd < 0 ? fd : close(fd);
  }

  @Override
  public int makeDirectory(int directoryFd, String name, int mode) {
    return call(SystemCall.MKDIRAT, directoryFd, text(name), mode);
  }

  @Override
  public int makeSymlink(String target, int directoryFd, String name) {
    long text = text(target);
    return call(SystemCall.SYMLINKAT, text, directoryFd, text(name));
  }

  @Override
  public String readLink(int fd) {
    long empty = text("");
    long buffer = calls.bytes(new byte[4096]);
    int length = call(SystemCall.READLINKAT, fd, empty, buffer, 4096);
    return length <= 0 ? "" : new String(calls.read(buffer, length), StandardCharsets.UTF_8);
  }

  @Override
  public byte @Nullable [] readInRoot(int rootFd, String path, int most) {
    byte[] how = new byte[24]; // struct open_how
    LittleEndian.put(how, 0, 8, O_CLOEXEC | O_NONBLOCK);
    LittleEndian.put(how, 16, 8, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    int fd = call(SystemCall.OPENAT2, rootFd, text(path), calls.bytes(how), how.length);
    if (fd < 0) {
      return null;
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    int length = 1;
    while (length > 0 && content.size() < most) {
      long buffer = calls.bytes(new byte[READ_BYTES]);
      length = call(SystemCall.READ, fd, buffer, Math.min(READ_BYTES, most - content.size()));
      if (length > 0) {
        content.write(calls.read(buffer, length), 0, length);
      }
    }
    int _ = close(fd);
    return length < 0 ? null : content.toByteArray();
  }

  @Override
  public int mode(int fd) {
    long empty = text("");
    long buffer = calls.bytes(new byte[STATX_BYTES]);
    int result = call(SystemCall.STATX, fd, empty, AT_EMPTY_PATH, 0x3, buffer);
    return result < 0 ? result : (int) LittleEndian.get(calls.read(buffer, 32), 28, 2);
  }

  @Override
  public long mountOf(int fd) {
    long empty = text("");
    long buffer = calls.bytes(new byte[STATX_BYTES]);
    int result = call(SystemCall.STATX, fd, empty, AT_EMPTY_PATH, STATX_MNT_ID, buffer);
    return result < 0 ? result : LittleEndian.get(calls.read(buffer, STATX_BYTES), 144, 8);
  }

  @Override
  public int close(int fd) {
    return call(SystemCall.CLOSE, fd);
  }

  @Override
  public int lock(int fd, Sharing sharing) {
    int operation = sharing == Sharing.NOBODY ? 2 : 1; // LOCK_EX, LOCK_SH
    return call(SystemCall.FLOCK, fd, operation | 4); // LOCK_NB
  }

  @Override
  public int openProcess(long pid) {
    return call(SystemCall.PIDFD_OPEN, pid, 0);
  }

  @Override
  public int takeDescriptor(int process, int fd) {
    return call(SystemCall.PIDFD_GETFD, process, fd, 0);
  }

  @Override
  public int joinMounts(int namespace) {
    int result = call(SystemCall.UNSHARE, CLONE_FS); // or the kernel refuses, for the other threads
    return result < 0 ? result : call(SystemCall.SETNS, namespace, CLONE_NEWNS);
  }

  @Override
  public int write(int fd, byte[] bytes) {
    int done = 0;
    while (done < bytes.length) {
      int length = Math.min(bytes.length - done, 1 << 16);
      byte[] part = new byte[length];
      System.arraycopy(bytes, done, part, 0, length);
      int written = call(SystemCall.WRITE, fd, calls.bytes(part), length);
      if (written <= 0) { // 0 in a rehearsal only
        return written;
      }
      done += written;
    }
    return done;
  }

  @Override
  public int unread(int fd) {
    long buffer = calls.bytes(new byte[8]);
    int result = call(SystemCall.IOCTL, fd, FIONREAD, buffer);
    return result < 0 ? result : (int) LittleEndian.get(calls.read(buffer, 4), 0, 4);
  }

  @Override
  public boolean lacksReader(int fd) {
    byte[] question = new byte[8]; // struct pollfd; errors are told without being asked for
    LittleEndian.put(question, 0, 4, fd);
    long buffer = calls.bytes(question);
    int told = call(SystemCall.PPOLL, buffer, 1, calls.bytes(new byte[16]), 0, 0);
    return told > 0 && (calls.read(buffer, 8)[6] & POLLERR) != 0;
  }

  @Override
  public int ioctl(int fd, long request, long argument) {
    if (rehearsed) {
      return -Errno.ENODEV; // no loop device, so that the way by FUSE is rehearsed too
    }
    return call(SystemCall.IOCTL, fd, request, argument);
  }

  @Override
  public int ioctl(int fd, long request, byte[] argument) {
    return call(SystemCall.IOCTL, fd, request, calls.bytes(argument));
  }

  @Override
  public int setHostName(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    return call(SystemCall.SETHOSTNAME, text(name), length);
  }

  @Override
  public int shedJvm(int firstFd) {
    byte[] none = new byte[8];
    int result = call(SystemCall.RT_SIGPROCMASK, 2, calls.bytes(none), 0, 8); // SIG_SETMASK
    for (int signal : ALTERED_SIGNALS) {
      byte[] byDefault = new byte[32]; // struct sigaction of the kernel, handler 0
      result |= call(SystemCall.RT_SIGACTION, signal, calls.bytes(byDefault), 0, 8);
    }
    if (result >= 0) {
      // `unshare --kill-child` asked for it on the first thread; this one outlives execve(2).
      result = call(SystemCall.PRCTL, PR_SET_PDEATHSIG, SIGKILL);
    }
    if (result >= 0) {
      result = call(SystemCall.CLOSE_RANGE, firstFd, 0xFFFFFFFFL, 1 << 2); // only on exec
    }
    return result;
  }

  @Override
  public int forbidNewPrivileges() {
    return call(SystemCall.PRCTL, 38, 1);
  }

  @Override
  public int filter(byte[] program) {
    byte[] header = new byte[16]; // struct sock_fprog
    LittleEndian.put(header, 0, 2, program.length / 8);
    LittleEndian.put(header, 8, 8, calls.bytes(program));
    return call(SystemCall.SECCOMP, 1, 0, calls.bytes(header));
  }

  @Override
  public int execute(String program, List<String> arguments, List<String> environment) {
    long argv = pointers(arguments);
    long envp = pointers(environment);
    return call(SystemCall.EXECVE, text(program), argv, envp);
  }

  /// The address of a NUL-terminated copy of `text`, good until the next call.
  private long text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] terminated = new byte[bytes.length + 1];
    System.arraycopy(bytes, 0, terminated, 0, bytes.length);
    return calls.bytes(terminated);
  }

  private long pointers(List<String> words) {
    byte[] table = new byte[8 * (words.size() + 1)];
    for (int i = 0; i < words.size(); i++) {
      LittleEndian.put(table, 8 * i, 8, text(words.get(i)));
    }
    return calls.bytes(table);
  }

  @Override
  public int exit(int status) {
    return call(SystemCall.EXIT_GROUP, status);
  }

  private int call(SystemCall call, long... arguments) {
    SystemCall made = rehearsed ? SystemCall.SCHED_YIELD : call;
    return (int) calls.call(made.number(architecture), arguments);
  }
}
