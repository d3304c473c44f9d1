package dev.skiff.runtime.kernel;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// System calls that the launcher, `libexec/skiff/start-with-java`, makes for this JVM: it is there
/// already, while linking the call here takes longer than planning. Descriptors are the launcher's.
///
/// A request is the number, six arguments, a mask of those that lie in the scratch area, and the
/// area; the answer is the result and the area, as the call left it. Little-endian. A close(2) is
/// not answered, and taken for done.
final class LaunchersCalls implements SystemCalls {

  private static final long BASE = 1L << 56; // no address, and no argument of another meaning
  private static final int HEADER_BYTES = 64;
  private static final int SCRATCH_BYTES = 1 << 18;

  private final OutputStream requests;
  private final InputStream answers;
  private final int exit;
  private final int close;
  private byte[] message = new byte[HEADER_BYTES + (1 << 14)];
  private int used;

  /// @param requests a file that the launcher reads
  /// @param answers a file that it writes
  LaunchersCalls(String requests, String answers) {
    try {
      this.requests = new FileOutputStream(requests);
      this.answers = new FileInputStream(answers);
    } catch (IOException e) {
      throw new UncheckedIOException("the launcher is gone", e);
    }
    exit = SystemCall.EXIT_GROUP.number(Architecture.host());
    close = SystemCall.CLOSE.number(Architecture.host());
  }

  @Override
  public long call(int number, long... arguments) {
    if (number == exit) {
      Runtime.getRuntime().halt((int) arguments[0]); // this process, not the launcher's
    }
    LittleEndian.put(message, 0, 8, number);
    int inScratch = 0;
    for (int i = 0; i < 6; i++) {
      long argument = i < arguments.length ? arguments[i] : 0;
      if (argument >= BASE && argument < BASE + SCRATCH_BYTES) {
        inScratch |= 1 << i;
        argument -= BASE;
      }
      LittleEndian.put(message, 8 + 8 * i, 8, argument);
    }
    LittleEndian.put(message, 56, 4, inScratch);
    LittleEndian.put(message, 60, 4, used);
    try {
      requests.write(message, 0, HEADER_BYTES + used);
      if (number == close) {
        return 0;
      }
      int result = HEADER_BYTES - 8; // so that the area comes to its place
      if (answers.readNBytes(message, result, 8 + used) != 8 + used) {
        throw new IOException("it ended");
      }
      used = 0;
      return LittleEndian.get(message, result, 8);
    } catch (IOException e) {
      throw new UncheckedIOException("the launcher is gone", e);
    }
  }

  @Override
  public long bytes(byte[] bytes) {
    int start = (used + 7) & ~7;
    if (bytes.length > SCRATCH_BYTES - start) {
      throw new IllegalArgumentException("a system call's arguments exceed " + SCRATCH_BYTES);
    }
    int end = HEADER_BYTES + start + bytes.length;
    if (end > message.length) {
      byte[] larger = new byte[Math.max(end, 2 * message.length)];
      System.arraycopy(message, 0, larger, 0, HEADER_BYTES + used);
      message = larger;
    }
    System.arraycopy(bytes, 0, message, HEADER_BYTES + start, bytes.length);
    used = start + bytes.length;
    return BASE + start;
  }

  @Override
  public byte[] read(long address, int length) {
    byte[] bytes = new byte[length];
    int start = HEADER_BYTES + (int) (address - BASE);
    System.arraycopy(message, start, bytes, 0, length);
    return bytes;
  }
}
