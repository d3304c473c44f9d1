package dev.skiff.runtime.kernel;

import java.util.ArrayList;
import java.util.List;

/// A program for the kernel's classic BPF, as system call filters are: instruction by instruction.
public final class FilterProgram {

  /// The most that the kernel takes.
  public static final int MOST = 4096;

  /// Sets the accumulator to a word of `struct seccomp_data`.
  public static final int LOAD = 0x20;

  public static final int AND = 0x54;
  public static final int JUMP = 0x05;
  public static final int JUMP_IF_EQUAL = 0x15;
  public static final int JUMP_IF_GREATER = 0x25;
  public static final int JUMP_IF_NOT_LESS = 0x35;
  public static final int RETURN = 0x06;

  /// Where the machine's kind lies in `struct seccomp_data`; the call's number lies at 0.
  public static final int ARCHITECTURE = 4;

  private final List<Instruction> instructions = new ArrayList<>();

  private record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

  /// Where the low half of a call's argument lies, on little-endian machines.
  public static int argument(int number) {
    return 16 + 8 * number;
  }

  /// The number, on this machine, of the call that puts a filter on a process: seccomp(2).
  public static int systemCall() {
    return SystemCall.SECCOMP.number(Architecture.host());
  }

  public void add(int code, int operand) {
    add(code, 0, 0, operand);
  }

  /// Adds one instruction.
  ///
  /// @param ifTrue how many instructions a jump passes over; -1 and less for marks, see `settle`
  public void add(int code, int ifTrue, int ifFalse, int operand) {
    instructions.add(new Instruction(code, ifTrue, ifFalse, operand));
  }

  /// Adds all of another program.
  public void add(FilterProgram other) {
    instructions.addAll(other.instructions);
  }

  public int size() {
    return instructions.size();
  }

  /// Makes jumps to `mark` from instruction `from` on lead to the next one that will be added.
  public void settle(int mark, int from) {
    for (int i = from; i < instructions.size(); i++) {
      Instruction it = instructions.get(i);
      int distance = instructions.size() - i - 1;
      instructions.set(
          i,
          new Instruction(
              it.code,
              it.ifTrue == mark ? distance : it.ifTrue,
              it.ifFalse == mark ? distance : it.ifFalse,
              it.operand));
    }
  }

  /// The instructions as `struct sock_filter`s.
  public byte[] bytes() {
    byte[] bytes = new byte[instructions.size() * 8];
    int at = 0;
    for (Instruction it : instructions) {
      if ((it.ifTrue | it.ifFalse) >>> 8 != 0) {
        throw new IllegalStateException("a jump leads nowhere or too far");
      }
      LittleEndian.put(bytes, at, 2, it.code);
      LittleEndian.put(bytes, at + 2, 1, it.ifTrue);
      LittleEndian.put(bytes, at + 3, 1, it.ifFalse);
      LittleEndian.put(bytes, at + 4, 4, it.operand);
      at += 8;
    }
    return bytes;
  }
}
