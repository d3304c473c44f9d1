package dev.skiff.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skiff.runtime.kernel.Architecture;
import dev.skiff.runtime.kernel.FilterProgram;
import dev.skiff.runtime.plan.CapabilitySet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs the programs on the machine that the kernel would run them on.
class SeccompFilterTest {

  private static final int ALLOW = 0x7FFF0000;
  private static final int EPERM = 0x00050001;
  private static final int ENOSYS = 0x00050026;
  private static final int KILL = 0x80000000;
  private static final int MKDIR = 83;
  private static final int SOCKET = 41;
  private static final int READ = 0;

  private static String profile(String otherwise, String... rules) {
    return "{\n\t\"defaultAction\": \"SCMP_ACT_%s\", \"syscalls\": [%s]}"
        .formatted(otherwise, String.join(",\n\t", rules));
  }

  private static String rule(String names, String action, String more) {
    return "{\"names\": [\"%s\"], \"action\": \"SCMP_ACT_%s\"%s}"
        .formatted(names.replace(" ", "\", \""), action, more.isEmpty() ? "" : ", " + more);
  }

  private static byte[] compiled(String text, CapabilitySet held) {
    try {
      return SeccompFilter.of(
              SeccompReader.parse(text), Architecture.X86_64, held, "6.1.0-25-amd64")
          .bytes();
    } catch (SeccompReader.MalformedProfile e) {
      throw new AssertionError(e);
    }
  }

  private static int verdict(String text, int call, long... arguments) {
    return verdict(compiled(text, CapabilitySet.NONE), 0xC000003E, call, arguments);
  }

  private static int verdict(byte[] program, int audit, int call, long... arguments) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(0, call).putInt(4, audit);
    for (int i = 0; i < arguments.length; i++) {
      data.putLong(16 + 8 * i, arguments[i]);
    }
    return run(ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN), data);
  }

  private static int run(ByteBuffer program, ByteBuffer data) {
    int accumulator = 0;
    int at = 0;
    while (true) {
      int code = program.getShort(at * 8);
      int operand = program.getInt(at * 8 + 4);
      int order = Integer.compareUnsigned(accumulator, operand);
      switch (code) {
        case 0x20 -> accumulator = data.getInt(operand);
        case 0x54 -> accumulator &= operand;
        case 0x05 -> at += operand;
        case 0x15 -> at += jump(program, at, order == 0);
        case 0x25 -> at += jump(program, at, order > 0);
        case 0x35 -> at += jump(program, at, order >= 0);
        case 0x06 -> {
          return operand;
        }
        default -> throw new IllegalStateException("instruction " + code);
      }
      at++;
    }
  }

  private static int jump(ByteBuffer program, int at, boolean taken) {
    return program.get(at * 8 + (taken ? 2 : 3)) & 0xFF;
  }

  @Test
  void callsAreAllowedOrNot() {
    String deny = profile("ALLOW", rule("mkdir mkdirat", "ERRNO", ""));
    assertThat(verdict(deny, MKDIR)).isEqualTo(EPERM);
    assertThat(verdict(deny, READ)).isEqualTo(ALLOW);
    String allow = profile("ERRNO", rule("read mkdir no_such_call", "ALLOW", ""));
    assertThat(verdict(allow, READ)).isEqualTo(ALLOW);
    assertThat(verdict(allow, SOCKET)).isEqualTo(EPERM);
    String numbered = profile("ALLOW", rule("mkdir", "ERRNO", "\"errnoRet\": 30"));
    assertThat(verdict(numbered, MKDIR)).isEqualTo(0x0005001E);
  }

  @Test
  void callsNewerThanTheProfileAreNotThere() {
    String allow = profile("ERRNO", rule("read", "ALLOW", ""), rule("clone3", "ERRNO", ""));
    assertThat(verdict(allow, 435)).isEqualTo(EPERM);
    assertThat(verdict(allow, 436)).isEqualTo(ENOSYS);
    assertThat(verdict(profile("ALLOW", rule("read", "ERRNO", "")), 436)).isEqualTo(ALLOW);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ALLOW", "ERRNO"})
  void otherKindsOfMachineEndTheProgram(String otherwise) {
    byte[] program = compiled(profile(otherwise, rule("read", "ALLOW", "")), CapabilitySet.NONE);
    assertThat(verdict(program, 0x40000003, 3)).isEqualTo(KILL);
    assertThat(verdict(program, 0xC000003E, 0x40000000)).isEqualTo(KILL);
  }

  @ParameterizedTest
  @CsvSource({
    "EQ, 5, 5 4 6, 0x100000005",
    "EQ, 4294967301, 4294967301, 5 4294967296",
    "NE, 5, 4 0x100000005, 5",
    "LT, 0x100000005, 5 0x100000004 0xFFFFFFFF, 0x100000005 0x200000000 -1",
    "LE, 0x100000005, 5 0x100000005, 0x100000006 0x200000000 -1",
    "GT, 0x100000005, 0x100000006 0x200000000 -1, 0x100000005 5 0xFFFFFFFF",
    "GE, 0x100000005, 0x100000005 0x200000000 -1, 0x100000004 5 0xFFFFFFFF",
    "GT, 5, 6 0x100000000 -1, 5 4"
  })
  void argumentsAreComparedAsNumbersOf64Bits(String op, String value, String yes, String no) {
    String text =
        profile(
            "ALLOW",
            rule(
                "socket",
                "ERRNO",
                "\"args\": [{\"index\": 1, \"value\": %d, \"op\": \"SCMP_CMP_%s\"}]"
                    .formatted(Long.decode(value), op)));
    assertThat(verdict(text, SOCKET, 0, Long.decode(yes.split(" ", -1)[0]))).isEqualTo(EPERM);
    if (!op.equals("EQ")) {
      for (String one : yes.split(" ", -1)) {
        assertThat(verdict(text, SOCKET, 0, Long.decode(one))).as(one).isEqualTo(EPERM);
      }
    }
    for (String one : no.split(" ", -1)) {
      assertThat(verdict(text, SOCKET, 0, Long.decode(one))).as(one).isEqualTo(ALLOW);
    }
  }

  @Test
  void severalConditionsHaveToHoldTogetherUnlessTheyAreOfOneArgument() {
    String both =
        profile(
            "ALLOW",
            rule(
                "socket",
                "ERRNO",
                """
                "args": [{"index": 0, "value": 16, "op": "SCMP_CMP_EQ"},
                         {"index": 2, "value": 18446744073709551615, "valueTwo": 9,
                          "op": "SCMP_CMP_MASKED_EQ"}]\
                """));
    assertThat(verdict(both, SOCKET, 16, 0, 9)).isEqualTo(EPERM);
    assertThat(verdict(both, SOCKET, 16, 0, 8)).isEqualTo(ALLOW);
    assertThat(verdict(both, SOCKET, 15, 0, 9)).isEqualTo(ALLOW);
    String either =
        profile(
            "ALLOW",
            rule(
                "socket",
                "ERRNO",
                """
                "args": [{"index": 0, "value": 16, "op": "SCMP_CMP_EQ"},
                         {"index": 0, "value": 17, "op": "SCMP_CMP_EQ"}]\
                """));
    assertThat(verdict(either, SOCKET, 17)).isEqualTo(EPERM);
    assertThat(verdict(either, SOCKET, 18)).isEqualTo(ALLOW);
  }

  @Test
  void manyRulesOfOneCallAreJumpedOver() {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      rules
          .append(
              rule(
                  "mkdir",
                  "ERRNO",
                  "\"args\": [{\"index\": 0, \"value\": %d, \"op\": \"SCMP_CMP_EQ\"}]"
                      .formatted(i)))
          .append(',');
    }
    String text = profile("ALLOW", rules + rule("socket", "ERRNO", ""));
    assertThat(verdict(text, MKDIR, 199)).isEqualTo(EPERM);
    assertThat(verdict(text, MKDIR, 200)).isEqualTo(ALLOW);
    assertThat(verdict(text, SOCKET)).isEqualTo(EPERM);
  }

  @Test
  void rulesCountForSomeCapabilitiesMachinesAndKernels() {
    String text =
        profile(
            "ERRNO",
            rule("socket", "ALLOW", "\"includes\": {\"caps\": [\"CAP_NET_RAW\"]}"),
            rule("mkdir", "ALLOW", "\"excludes\": {\"caps\": [\"CAP_NET_RAW\"]}"),
            rule("open", "ALLOW", "\"includes\": {\"arches\": [\"arm64\"]}"),
            rule("close", "ALLOW", "\"includes\": {\"minKernel\": \"6.1\"}"),
            rule("stat", "ALLOW", "\"includes\": {\"minKernel\": 6.2}"));
    byte[] raw = compiled(text, CapabilitySet.of("net_raw"));
    int x86 = 0xC000003E;
    assertThat(verdict(raw, x86, SOCKET)).isEqualTo(ALLOW);
    assertThat(verdict(raw, x86, MKDIR)).isEqualTo(EPERM);
    assertThat(verdict(text, SOCKET)).isEqualTo(EPERM);
    assertThat(verdict(text, MKDIR)).isEqualTo(ALLOW);
    assertThat(verdict(text, 2)).isEqualTo(EPERM);
    assertThat(verdict(text, 3)).isEqualTo(ALLOW);
    assertThat(verdict(text, 4)).isEqualTo(EPERM);
  }

  @Test
  void aProfileThatIsTooLongStopsEarly() throws SeccompReader.MalformedProfile {
    String one =
        rule("mkdir", "ERRNO", "\"args\": [{\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_EQ\"}]");
    String text = profile("ALLOW", (one + ",").repeat(1500) + rule("read", "ERRNO", ""));
    FilterProgram program =
        SeccompFilter.of(SeccompReader.parse(text), Architecture.X86_64, CapabilitySet.NONE, "6.1");
    assertThat(program.size()).isGreaterThan(FilterProgram.MOST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[1] | the profile is no JSON object",
        "{\"defaultAction\": \"ALLOW\"} | 'ALLOW' is no action",
        "{\"syscalls\": []} | 'defaultAction' is missing",
        "{] | it is no JSON",
        "{\"defaultAction\": \"SCMP_ACT_NOTIFY\"} | SCMP_ACT_NOTIFY needs",
        "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": 4096} | cannot be its",
        "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrnoRet\": \"1\"} | cannot be its",
        "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": 5} | 'syscalls' is no list",
        "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [5]} | no JSON object",
        "{\"a\": &x [1], \"b\": *x, \"defaultAction\": *x} | it is no JSON"
      })
  void whatMeansNothingIsRefused(String text, String reason) {
    assertThatExceptionOfType(SeccompReader.MalformedProfile.class)
        .isThrownBy(() -> SeccompReader.parse(text))
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"index\": 6, \"value\": 0, \"op\": \"SCMP_CMP_EQ\" | '6' cannot be its index",
        "\"index\": 0, \"value\": -1, \"op\": \"SCMP_CMP_EQ\" | '-1' cannot be its value",
        "\"index\": 0, \"value\": 18446744073709551616, \"op\": \"SCMP_CMP_EQ\" | cannot be",
        "\"index\": 0, \"value\": 1.5, \"op\": \"SCMP_CMP_EQ\" | '1.5' cannot be its value",
        "\"index\": 0, \"value\": 1, \"op\": \"SCMP_CMP_XX\" | 'SCMP_CMP_XX' is no op",
        "\"value\": 1, \"op\": \"SCMP_CMP_EQ\" | 'null' cannot be its index"
      })
  void conditionsThatMeanNothingAreRefused(String condition, String reason) {
    String text = profile("ALLOW", rule("mkdir", "ERRNO", "\"args\": [{" + condition + "}]"));
    assertThatExceptionOfType(SeccompReader.MalformedProfile.class)
        .isThrownBy(() -> SeccompReader.parse(text))
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({"execve, 59, 221", "openat, 257, 56", "mkdir, 83, -1", "clone3, 435, 435"})
  void callsHaveTheirNumbers(String name, int x86, int arm) {
    assertThat(SystemCallNumbers.of(Architecture.X86_64).of(name)).isEqualTo(x86);
    assertThat(SystemCallNumbers.of(Architecture.ARM64).of(name)).isEqualTo(arm);
  }
}
