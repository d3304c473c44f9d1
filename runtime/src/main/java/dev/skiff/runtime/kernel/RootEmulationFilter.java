package dev.skiff.runtime.kernel;

/// The system call filter for a root that has one id only: calls that change owners or ids, and
/// calls that make devices, report success and do nothing. So package managers work, whatever libc
/// the image has, and every file stays owned by the one id.
///
/// @see <a href="https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html">seccomp
///   filters</a>
public final class RootEmulationFilter {

  private static final int ALLOW = 0x7FFF0000;
  private static final int SUCCEED = 0x00050000; // SECCOMP_RET_ERRNO with error number 0
  private static final int MODE_TYPE_MASK = 0170000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int BLOCK_DEVICE = 0060000;

  // chown, fchown, lchown, fchownat, set(re|res|fs)?[ug]id, setgroups, capset
  private static final int[] X86_64 = {
    92, 93, 94, 260, 105, 106, 113, 114, 117, 119, 122, 123, 116, 126
  };
  private static final int[] ARM64 = {54, 55, 143, 144, 145, 146, 147, 149, 151, 152, 159, 91};
  private static final int X86_MKNOD = 133;

  private RootEmulationFilter() {}

  /// The filter as `struct sock_filter`s for programs of `architecture`; those of another one, as
  /// 32-bit programs are, run unfiltered.
  public static byte[] program(Architecture architecture) {
    return program(architecture, architecture == Architecture.X86_64 ? X86_64 : ARM64);
  }

  /// The same for a root that has a range of ids, and lacks the right to make devices only.
  public static byte[] devices(Architecture architecture) {
    return program(architecture, new int[0]);
  }

  private static byte[] program(Architecture architecture, int[] calls) {
    boolean x86 = architecture == Architecture.X86_64;
    int allow = 3 + calls.length + 2; // the first `RETURN ALLOW`
    int succeed = allow + 8;
    FilterProgram filter = new FilterProgram();
    filter.add(FilterProgram.LOAD, FilterProgram.ARCHITECTURE);
    filter.add(
        FilterProgram.JUMP_IF_EQUAL, 0, allow - filter.size() - 1, architecture.auditNumber());
    filter.add(FilterProgram.LOAD, 0);
    for (int call : calls) {
      jumpIf(filter, call, succeed);
    }
    // arm64 has no mknod: the number of mknodat twice keeps one layout.
    jumpIf(filter, x86 ? X86_MKNOD : 33, x86 ? allow + 1 : allow + 3);
    jumpIf(filter, x86 ? 259 : 33, allow + 3);
    filter.add(FilterProgram.RETURN, ALLOW);
    filter.add(FilterProgram.LOAD, FilterProgram.argument(1));
    filter.add(FilterProgram.JUMP, 1);
    filter.add(FilterProgram.LOAD, FilterProgram.argument(2));
    filter.add(FilterProgram.AND, MODE_TYPE_MASK);
    jumpIf(filter, CHARACTER_DEVICE, succeed);
    jumpIf(filter, BLOCK_DEVICE, succeed);
    filter.add(FilterProgram.RETURN, ALLOW);
    filter.add(FilterProgram.RETURN, SUCCEED);
    return filter.bytes();
  }

  private static void jumpIf(FilterProgram filter, int value, int target) {
    filter.add(FilterProgram.JUMP_IF_EQUAL, target - filter.size() - 1, 0, value);
  }
}
