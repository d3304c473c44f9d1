package dev.skiff.runtime.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// `syscall` of libc through one downcall handle. A second handle would cost another 20 ms of
/// start-up, and the first is best linked on a thread of its own while the plan is made.
///
/// Not for several threads: arguments live in one scratch area.
final class NativeCalls implements SystemCalls {

  private static final int SCRATCH_BYTES = 1 << 18;

  private final MethodHandle handle;
  private final MemorySegment errno;
  private final MemorySegment scratch;
  private int used;

  @SuppressWarnings("restricted") // calling native code is what this class is for
  NativeCalls() {
    Linker linker = Linker.nativeLinker();
    ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
    handle =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(word, word, word, word, word, word, word, word),
            Linker.Option.captureCallState("errno"));
    errno = Arena.global().allocate(4, 4);
    scratch = Arena.global().allocate(SCRATCH_BYTES, 16);
  }

  @Override
  public long call(int number, long... arguments) {
    long[] a = new long[6];
    System.arraycopy(arguments, 0, a, 0, arguments.length);
    used = 0;
    try {
      long result =
          (long) handle.invokeExact(errno, (long) number, a[0], a[1], a[2], a[3], a[4], a[5]);
      return result >= 0 ? result : -lastError();
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new LinkageError("syscall", failure);
    }
  }

  private long lastError() {
    byte[] bytes = new byte[Integer.BYTES];
    MemorySegment.copy(errno, 0, MemorySegment.ofArray(bytes), 0, bytes.length);
    return LittleEndian.get(bytes, 0, bytes.length);
  }

  @Override
  public long bytes(byte[] bytes) {
    int start = room(bytes.length);
    // Whole segments: copying to and from arrays directly would spin classes at run time.
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, scratch, start, bytes.length);
    used = start + bytes.length;
    return scratch.address() + start;
  }

  @Override
  public byte[] read(long address, int length) {
    byte[] bytes = new byte[length];
    long start = address - scratch.address();
    MemorySegment.copy(scratch, start, MemorySegment.ofArray(bytes), 0, length);
    return bytes;
  }

  private int room(int length) {
    int start = (used + 7) & ~7;
    if (length > SCRATCH_BYTES - start) {
      throw new IllegalArgumentException("a system call's arguments exceed " + SCRATCH_BYTES);
    }
    return start;
  }
}
