package dev.skiff.runtime.kernel;

/// The system calls in use, with their numbers on the two architectures.
///
/// @see <a
///   href="https://github.com/torvalds/linux/blob/master/arch/x86/entry/syscalls/syscall_64.tbl">x86-64</a>
/// @see <a
///   href="https://github.com/torvalds/linux/blob/master/include/uapi/asm-generic/unistd.h">arm64</a>
enum SystemCall {
  READ(0, 63),
  WRITE(1, 64),
  CLOSE(3, 57),
  RT_SIGACTION(13, 134),
  RT_SIGPROCMASK(14, 135),
  IOCTL(16, 29),
  SCHED_YIELD(24, 124),
  EXECVE(59, 221),
  FLOCK(73, 32),
  CHDIR(80, 49),
  PIVOT_ROOT(155, 41),
  PRCTL(157, 167),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  SETHOSTNAME(170, 161),
  EXIT_GROUP(231, 94),
  OPENAT(257, 56),
  MKDIRAT(258, 34),
  SYMLINKAT(266, 36),
  READLINKAT(267, 78),
  PPOLL(271, 73),
  UNSHARE(272, 97),
  PRLIMIT64(302, 261),
  SETNS(308, 268),
  SECCOMP(317, 277),
  STATX(332, 291),
  OPEN_TREE(428, 428),
  MOVE_MOUNT(429, 429),
  PIDFD_OPEN(434, 434),
  CLOSE_RANGE(436, 436),
  OPENAT2(437, 437),
  PIDFD_GETFD(438, 438),
  MOUNT_SETATTR(442, 442);

  private final int x86;
  private final int arm;

  SystemCall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  /// The number on `architecture`.
  int number(Architecture architecture) {
    return architecture == Architecture.X86_64 ? x86 : arm;
  }
}
