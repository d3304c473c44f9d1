package dev.skiff.runtime.kernel;

/// The system call filter for a root that has one id only: calls that change owners or ids, and
/// calls that make devices, report success and do nothing. So package managers work, whatever libc
/// the image has, and every file stays owned by the one id.
///
/// @see <a href="https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html">seccomp
///   filters</a>
public final class RootEmulationFilter {

  private static final int LOAD_WORD = 0x20;
  private static final int JUMP = 0x05;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int AND = 0x54;
  private static final int RETURN = 0x06;
  private static final int ALLOW = 0x7FFF0000;
  private static final int SUCCEED = 0x00050000; // SECCOMP_RET_ERRNO with error number 0
  private static final int ARCHITECTURE_OFFSET = 4;
  private static final int MODE_TYPE_MASK = 0170000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int BLOCK_DEVICE = 0060000;

  // chown, fchown, lchown, fchownat, set(re|res|fs)?[ug]id, setgroups, capset
  private static final int[] X86_64 = {
    92, 93, 94, 260, 105, 106, 113, 114, 117, 119, 122, 123, 116, 126
  };
  private static final int[] ARM64 = {54, 55, 143, 144, 145, 146, 147, 149, 151, 152, 159, 91};
  private static final int X86_MKNOD = 133;

  private final byte[] program;
  private int at;

  private RootEmulationFilter(int instructions) {
    program = new byte[instructions * 8];
  }

  /// The filter as `struct sock_filter`s for programs of `architecture`; those of another one, as
  /// 32-bit programs are, run unfiltered.
  public static byte[] program(Architecture architecture) {
    boolean x86 = architecture == Architecture.X86_64;
    int[] calls = x86 ? X86_64 : ARM64;
    int allow = 3 + calls.length + 2; // the first `RETURN ALLOW`
    int succeed = allow + 8;
    RootEmulationFilter filter = new RootEmulationFilter(succeed + 1);
    filter.add(LOAD_WORD, 0, 0, ARCHITECTURE_OFFSET);
    filter.jumpUnless(architecture.auditNumber(), allow);
    filter.add(LOAD_WORD, 0, 0, 0);
    for (int call : calls) {
      filter.jumpIf(call, succeed);
    }
    // arm64 has no mknod: the number of mknodat twice keeps one layout.
    filter.jumpIf(x86 ? X86_MKNOD : 33, x86 ? allow + 1 : allow + 3);
    filter.jumpIf(x86 ? 259 : 33, allow + 3);
    filter.add(RETURN, 0, 0, ALLOW);
    filter.add(LOAD_WORD, 0, 0, argumentOffset(1));
    filter.add(JUMP, 0, 0, 1);
    filter.add(LOAD_WORD, 0, 0, argumentOffset(2));
    filter.add(AND, 0, 0, MODE_TYPE_MASK);
    filter.jumpIf(CHARACTER_DEVICE, succeed);
    filter.jumpIf(BLOCK_DEVICE, succeed);
    filter.add(RETURN, 0, 0, ALLOW);
    filter.add(RETURN, 0, 0, SUCCEED);
    return filter.program;
  }

  private static int argumentOffset(int argument) {
    return 16 + 8 * argument; // the low half, on little-endian machines
  }

  private void jumpIf(int value, int target) {
    add(JUMP_IF_EQUAL, target - at / 8 - 1, 0, value);
  }

  private void jumpUnless(int value, int target) {
    add(JUMP_IF_EQUAL, 0, target - at / 8 - 1, value);
  }

  private void add(int code, int ifTrue, int ifFalse, int operand) {
    LittleEndian.put(program, at, 2, code);
    LittleEndian.put(program, at + 2, 1, ifTrue);
    LittleEndian.put(program, at + 3, 1, ifFalse);
    LittleEndian.put(program, at + 4, 4, operand);
    at += 8;
  }
}
