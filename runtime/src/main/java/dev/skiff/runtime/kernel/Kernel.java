package dev.skiff.runtime.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What setting a container up asks of Linux. A seam: `LinuxKernel` asks the real one, tests
/// record.
///
/// Every method returns what the system call returned: 0 or a descriptor, or **minus** the error
/// number. Nothing is thrown, since the caller alone knows whether an error matters.
public interface Kernel {

  /// mount(2).
  int mount(@Nullable String source, String target, @Nullable String type, long flags, String data);

  /// umount2(2).
  int unmount(String target, int flags);

  /// pivot_root(2).
  int pivotRoot(String newRoot, String putOld);

  /// chdir(2).
  int chdir(String directory);

  /// open_tree(2) of a host path: a detached copy of the mounts at it and below.
  int cloneTree(String path);

  /// mount_setattr(2): makes the mount that `fd` names read-only.
  int makeReadOnly(int fd, Depth depth);

  /// move_mount(2): attaches the detached tree `fd` onto what `targetFd` names.
  int attach(int fd, int targetFd);

  /// open(2) with O_PATH of a host directory.
  int openDirectory(String path);

  /// openat2(2) with O_PATH and `RESOLVE_IN_ROOT`: no symbolic link leads out of `rootFd`.
  ///
  /// @param flags O_NOFOLLOW or 0
  int openInRoot(int rootFd, String path, int flags);

  /// open(2) of a device or file.
  int open(String path, int flags);

  /// Makes an empty file, which must not exist, and closes it.
  int makeFile(int directoryFd, String name, int mode);

  /// mkdirat(2).
  int makeDirectory(int directoryFd, String name, int mode);

  /// symlinkat(2).
  int makeSymlink(String target, int directoryFd, String name);

  /// The text of the symbolic link that `fd` names; empty when it cannot be read.
  String readLink(int fd);

  /// The bytes of the file `path` in `rootFd`, at most `most` of them; null when it is no readable
  /// file.
  byte @Nullable [] readInRoot(int rootFd, String path, int most);

  /// `st_mode` of what `fd` names, file type and permissions.
  int mode(int fd);

  /// The number of the mount that `fd` is on.
  long mountOf(int fd);

  /// close(2).
  int close(int fd);

  /// flock(2) without waiting.
  int lock(int fd, Sharing sharing);

  /// pidfd_open(2).
  int openProcess(long pid);

  /// pidfd_getfd(2): a copy of a descriptor of another process, which must be ours to trace.
  ///
  /// @param process what `openProcess` returned
  int takeDescriptor(int process, int fd);

  /// setns(2) into a mount namespace. The calling thread's root and working directory become that
  /// namespace's root; other threads stay where they are.
  ///
  /// @param namespace a namespace's file of /proc
  int joinMounts(int namespace);

  /// Writes all of `bytes`.
  int write(int fd, byte[] bytes);

  /// FIONREAD: how many bytes nobody has read yet.
  int unread(int fd);

  /// Waits until the other side has read what the launcher put into the pipe, which it does when it
  /// has come to its last program. False when it has not within `patienceMillis`, or never will.
  default boolean awaitReader(int fd, int patienceMillis) {
    long end = System.nanoTime() + patienceMillis * 1_000_000L;
    for (int looks = 1; unread(fd) != 0; looks++) {
      if (System.nanoTime() > end || (looks % 64 == 0 && lacksReader(fd))) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  /// Whether nobody has the other end of a pipe open any more.
  default boolean lacksReader(int fd) {
    return false;
  }

  /// ioctl(2) with a number.
  int ioctl(int fd, long request, long argument);

  /// ioctl(2) with a structure.
  int ioctl(int fd, long request, byte[] argument);

  /// sethostname(2).
  int setHostName(String name);

  /// Undoes what a JVM leaves to the program that replaces it: the blocked signals of its threads,
  /// its handler for SIGPIPE, and its descriptors from `firstFd` on. The calling thread's program
  /// will be killed when its parent ends.
  int shedJvm(int firstFd);

  /// prctl(2) PR_SET_NO_NEW_PRIVS.
  int forbidNewPrivileges();

  /// seccomp(2) SECCOMP_SET_MODE_FILTER, on the calling thread.
  ///
  /// @param program `struct sock_filter`s, 8 bytes each
  int filter(byte[] program);

  /// execve(2); returns only when it failed.
  int execute(String program, List<String> arguments, List<String> environment);

  /// exit_group(2): ends the JVM at once, without its shut-down.
  int exit(int status);

  /// Who else may hold a lock.
  enum Sharing {
    NOBODY,
    /// Everybody who asks for the same.
    READERS
  }

  /// How far down a change of mounts goes.
  enum Depth {
    THIS_MOUNT,
    AND_BELOW
  }
}
