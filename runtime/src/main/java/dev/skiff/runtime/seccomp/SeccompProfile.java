package dev.skiff.runtime.seccomp;

import java.util.List;

/// What a payload may ask of the kernel.
///
/// @param otherwise what becomes of a call that no rule fits
/// @param rules in the file's order
/// @see <a
///   href="https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp">the
///   form of a profile</a>
public record SeccompProfile(Verdict otherwise, List<Rule> rules) {

  public SeccompProfile {
    rules = List.copyOf(rules);
  }

  /// What becomes of a call: what a filter returns for it.
  public record Verdict(int value) {
    static final Verdict ALLOW = new Verdict(0x7FFF_0000);
    static final Verdict KILL_PROCESS = new Verdict(0x8000_0000);
    private static final int ERRNO = 0x0005_0000;

    static Verdict error(int number) {
      return new Verdict(ERRNO | number);
    }

    boolean isError() {
      return (value & 0xFFFF_0000) == ERRNO;
    }
  }

  /// One of the file's rules.
  ///
  /// @param calls names, some of which this machine need not have
  /// @param conditions all of which have to hold; empty for a rule that always fits
  /// @param includes when the rule counts
  /// @param excludes when it does not
  public record Rule(
      List<String> calls,
      Verdict verdict,
      List<Condition> conditions,
      Circumstances includes,
      Circumstances excludes) {
    public Rule {
      calls = List.copyOf(calls);
      conditions = List.copyOf(conditions);
    }
  }

  /// Of whom and where a rule is to count.
  ///
  /// @param capabilities as the file names them
  /// @param architectures as Go names them, such as `amd64`
  /// @param leastKernel such as `4.8`; empty for any
  public record Circumstances(
      List<String> capabilities, List<String> architectures, String leastKernel) {
    static final Circumstances NONE = new Circumstances(List.of(), List.of(), "");

    public Circumstances {
      capabilities = List.copyOf(capabilities);
      architectures = List.copyOf(architectures);
    }
  }

  /// What an argument of the call has to be.
  ///
  /// @param argument from 0
  /// @param value what it is compared with; the mask of `MASKED_EQUAL`
  /// @param second what the masked argument has to be
  public record Condition(int argument, Comparison comparison, long value, long second) {}

  /// How an argument is compared, as a number without a sign.
  public enum Comparison {
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    EQUAL,
    GREATER_OR_EQUAL,
    GREATER,
    MASKED_EQUAL
  }
}
