package dev.skiff.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs the filter on the machine that the kernel would run it on.
class RootEmulationFilterTest {

  private static final int ALLOW = 0x7FFF0000;
  private static final int SUCCEED = 0x00050000;

  @ParameterizedTest
  @CsvSource({
    "X86_64,92",
    "X86_64,93",
    "X86_64,94",
    "X86_64,260",
    "X86_64,105",
    "X86_64,106",
    "X86_64,113",
    "X86_64,114",
    "X86_64,116",
    "X86_64,117",
    "X86_64,119",
    "X86_64,122",
    "X86_64,123",
    "X86_64,126",
    "ARM64,54",
    "ARM64,55",
    "ARM64,91",
    "ARM64,143",
    "ARM64,144",
    "ARM64,145",
    "ARM64,146",
    "ARM64,147",
    "ARM64,149",
    "ARM64,151",
    "ARM64,152",
    "ARM64,159"
  })
  void callsThatChangeOwnersOrIdsSucceedAndDoNothing(Architecture architecture, int call) {
    assertThat(verdict(architecture, architecture.auditNumber(), call)).isEqualTo(SUCCEED);
  }

  @ParameterizedTest
  @CsvSource({
    "X86_64,0",
    "X86_64,59",
    "X86_64,257",
    "X86_64,90",
    "ARM64,221",
    "ARM64,56",
    "ARM64,52"
  })
  void otherCallsPass(Architecture architecture, int call) {
    assertThat(verdict(architecture, architecture.auditNumber(), call)).isEqualTo(ALLOW);
  }

  @Test
  void devicesAreNotMadeButPipesAre() {
    int x86 = Architecture.X86_64.auditNumber();
    assertThat(verdict(Architecture.X86_64, x86, 133, 7, 0020666, 0)).isEqualTo(SUCCEED);
    assertThat(verdict(Architecture.X86_64, x86, 133, 7, 0060666, 0)).isEqualTo(SUCCEED);
    assertThat(verdict(Architecture.X86_64, x86, 133, 7, 0010666, 0)).isEqualTo(ALLOW);
    assertThat(verdict(Architecture.X86_64, x86, 259, 7, 8, 0020666)).isEqualTo(SUCCEED);
    assertThat(verdict(Architecture.X86_64, x86, 259, 7, 0020666, 0100666)).isEqualTo(ALLOW);
    int arm = Architecture.ARM64.auditNumber();
    assertThat(verdict(Architecture.ARM64, arm, 33, 7, 8, 0060666)).isEqualTo(SUCCEED);
    assertThat(verdict(Architecture.ARM64, arm, 33, 7, 0020666, 0140666)).isEqualTo(ALLOW);
  }

  @ParameterizedTest
  @CsvSource({"X86_64,133,92", "ARM64,33,54"})
  void aRootWithARangeOfIdsLacksTheRightToMakeDevicesAlone(
      Architecture architecture, int make, int own) {
    byte[] data = new byte[64];
    LittleEndian.put(data, 0, 4, make);
    LittleEndian.put(data, 4, 4, architecture.auditNumber());
    LittleEndian.put(data, architecture == Architecture.X86_64 ? 24 : 32, 8, 0020666);
    byte[] program = RootEmulationFilter.devices(architecture);
    assertThat(run(program, data)).isEqualTo(SUCCEED);
    LittleEndian.put(data, 0, 4, own);
    assertThat(run(program, data)).isEqualTo(ALLOW);
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void programsOfAnotherArchitectureRunUnfiltered(Architecture architecture) {
    int i386 = 0x40000003;
    for (int call = 0; call < 300; call++) {
      assertThat(verdict(architecture, i386, call)).isEqualTo(ALLOW);
    }
  }

  private static int verdict(Architecture architecture, int audit, int call, int... arguments) {
    byte[] data = new byte[64]; // struct seccomp_data
    LittleEndian.put(data, 0, 4, call);
    LittleEndian.put(data, 4, 4, audit);
    for (int i = 0; i < arguments.length; i++) {
      LittleEndian.put(data, 16 + 8 * i, 8, arguments[i]);
    }
    return run(RootEmulationFilter.program(architecture), data);
  }

  private static int run(byte[] program, byte[] data) {
    int accumulator = 0;
    int at = 0;
    while (true) {
      int code = (int) LittleEndian.get(program, at * 8, 2);
      int operand = (int) LittleEndian.get(program, at * 8 + 4, 4);
      int jump = 0;
      switch (code) {
        case 0x20 -> accumulator = (int) LittleEndian.get(data, operand, 4);
        case 0x54 -> accumulator &= operand;
        case 0x05 -> jump = operand;
        case 0x15 ->
            jump = (int) LittleEndian.get(program, at * 8 + (accumulator == operand ? 2 : 3), 1);
        case 0x06 -> {
          return operand;
        }
        default -> throw new IllegalStateException("instruction " + code);
      }
      at += 1 + jump;
    }
  }
}
