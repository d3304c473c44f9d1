package dev.skiff.runtime.seccomp;

import dev.skiff.runtime.kernel.Architecture;
import dev.skiff.runtime.kernel.FilterProgram;
import dev.skiff.runtime.plan.CapabilitySet;
import dev.skiff.runtime.seccomp.SeccompProfile.Circumstances;
import dev.skiff.runtime.seccomp.SeccompProfile.Condition;
import dev.skiff.runtime.seccomp.SeccompProfile.Rule;
import dev.skiff.runtime.seccomp.SeccompProfile.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes a program of a profile.
///
/// Calls of another kind of machine, as 32-bit programs make them, end the program that makes them:
/// their numbers mean other calls. Where unknown calls fail, those that are newer than any that the
/// profile names fail with "not implemented", so that a newer C library falls back on an old one.
public final class SeccompFilter {

  private static final int X32 = 0x4000_0000; // a bit in the number of a call with 32-bit pointers
  private static final int ENOSYS = 38;
  private static final int FARTHEST = 255;
  private static final int FAIL = -1;
  private static final int PASS = -2;

  private final SeccompProfile profile;
  private final Architecture architecture;
  private final CapabilitySet held;
  private final String kernel;
  private int newest;

  private SeccompFilter(
      SeccompProfile profile, Architecture architecture, CapabilitySet held, String kernel) {
    this.profile = profile;
    this.architecture = architecture;
    this.held = held;
    this.kernel = kernel;
  }

  /// The program.
  ///
  /// @param held what the payload has
  /// @param kernel the release of the running kernel, such as `6.1.0-25-amd64`
  public static FilterProgram of(
      SeccompProfile profile, Architecture architecture, CapabilitySet held, String kernel) {
    return new SeccompFilter(profile, architecture, held, kernel).program();
  }

  private FilterProgram program() {
    Map<Integer, List<Rule>> byCall = byCall();
    FilterProgram program = new FilterProgram();
    program.add(FilterProgram.LOAD, FilterProgram.ARCHITECTURE);
    program.add(FilterProgram.JUMP_IF_EQUAL, 1, 0, architecture.auditNumber());
    program.add(FilterProgram.RETURN, Verdict.KILL_PROCESS.value());
    program.add(FilterProgram.LOAD, 0);
    if (architecture == Architecture.X86_64) {
      program.add(FilterProgram.JUMP_IF_NOT_LESS, 0, 1, X32);
      program.add(FilterProgram.RETURN, Verdict.KILL_PROCESS.value());
    }
    if (profile.otherwise().isError() && newest > 0) {
      program.add(FilterProgram.JUMP_IF_GREATER, 0, 1, newest);
      program.add(FilterProgram.RETURN, Verdict.error(ENOSYS).value());
    }
    for (Map.Entry<Integer, List<Rule>> entry : byCall.entrySet()) {
      FilterProgram body = body(entry.getValue());
      if (body.size() <= FARTHEST) {
        program.add(FilterProgram.JUMP_IF_EQUAL, 0, body.size(), entry.getKey());
      } else {
        program.add(FilterProgram.JUMP_IF_EQUAL, 1, 0, entry.getKey());
        program.add(FilterProgram.JUMP, body.size());
      }
      program.add(body);
      if (program.size() > FilterProgram.MOST) {
        return program; // as far as it has come, it is too long
      }
    }
    program.add(FilterProgram.RETURN, profile.otherwise().value());
    return program;
  }

  private Map<Integer, List<Rule>> byCall() {
    SystemCallNumbers numbers = SystemCallNumbers.of(architecture);
    Map<Integer, List<Rule>> byCall = new LinkedHashMap<>();
    for (Rule rule : profile.rules()) {
      for (String name : rule.calls()) {
        int number = numbers.of(name);
        newest = Math.max(newest, number);
        if (number >= 0 && counts(rule)) {
          byCall.computeIfAbsent(number, _ -> new ArrayList<>()).add(rule);
        }
      }
    }
    return byCall;
  }

  private boolean counts(Rule rule) {
    Circumstances includes = rule.includes();
    for (String name : includes.capabilities()) {
      if (!holds(name)) {
        return false;
      }
    }
    boolean elsewhere =
        !includes.architectures().isEmpty()
            && !includes.architectures().contains(architectureName());
    if (elsewhere || !kernelIsAtLeast(includes.leastKernel())) {
      return false;
    }
    Circumstances excludes = rule.excludes();
    for (String name : excludes.capabilities()) {
      if (holds(name)) {
        return false;
      }
    }
    boolean newer = !excludes.leastKernel().isEmpty() && kernelIsAtLeast(excludes.leastKernel());
    return !newer && !excludes.architectures().contains(architectureName());
  }

  private boolean holds(String name) {
    CapabilitySet one = CapabilitySet.of(name);
    return !one.isEmpty() && held.holds(one);
  }

  private String architectureName() {
    return architecture == Architecture.X86_64 ? "amd64" : "arm64";
  }

  private boolean kernelIsAtLeast(String least) {
    String[] wanted = least.split("\\.", -1);
    String[] found = kernel.split("[^0-9]+", -1);
    for (int i = 0; i < wanted.length && !least.isEmpty(); i++) {
      int difference = part(found, i) - part(wanted, i);
      if (difference != 0) {
        return difference > 0;
      }
    }
    return true;
  }

  private static int part(String[] parts, int place) {
    String part = place < parts.length ? parts[place] : "";
    boolean number =
        !part.isEmpty() && part.length() < 7 && part.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Integer.parseInt(part) : 0;
  }

  /// What is done for one call: rules with conditions first, then the first without.
  private FilterProgram body(List<Rule> rules) {
    FilterProgram body = new FilterProgram();
    Verdict otherwise = profile.otherwise();
    boolean settled = false;
    for (Rule rule : rules) {
      if (rule.conditions().isEmpty()) {
        otherwise = settled ? otherwise : rule.verdict();
        settled = true;
      } else if (comparesTwice(rule)) { // then any of them is enough, as with runc
        for (Condition condition : rule.conditions()) {
          addRule(body, List.of(condition), rule.verdict());
        }
      } else {
        addRule(body, rule.conditions(), rule.verdict());
      }
    }
    body.add(FilterProgram.RETURN, otherwise.value());
    return body;
  }

  private static boolean comparesTwice(Rule rule) {
    return rule.conditions().stream().map(Condition::argument).distinct().count()
        < rule.conditions().size();
  }

  private static void addRule(FilterProgram body, List<Condition> conditions, Verdict verdict) {
    int start = body.size();
    for (Condition condition : conditions) {
      int first = body.size();
      addCondition(body, condition);
      body.settle(PASS, first);
    }
    body.add(FilterProgram.RETURN, verdict.value());
    body.settle(FAIL, start);
  }

  /// Jumps to FAIL unless the condition holds; falls through or jumps to PASS when it does.
  private static void addCondition(FilterProgram body, Condition it) {
    int low = FilterProgram.argument(it.argument());
    int high = (int) (it.value() >>> 32);
    int rest = (int) it.value();
    body.add(FilterProgram.LOAD, low + 4);
    switch (it.comparison()) {
      case EQUAL -> {
        body.add(FilterProgram.JUMP_IF_EQUAL, 0, FAIL, high);
        body.add(FilterProgram.LOAD, low);
        body.add(FilterProgram.JUMP_IF_EQUAL, 0, FAIL, rest);
      }
      case NOT_EQUAL -> {
        body.add(FilterProgram.JUMP_IF_EQUAL, 0, PASS, high);
        body.add(FilterProgram.LOAD, low);
        body.add(FilterProgram.JUMP_IF_EQUAL, FAIL, 0, rest);
      }
      case MASKED_EQUAL -> {
        body.add(FilterProgram.AND, high);
        body.add(FilterProgram.JUMP_IF_EQUAL, 0, FAIL, (int) (it.second() >>> 32));
        body.add(FilterProgram.LOAD, low);
        body.add(FilterProgram.AND, rest);
        body.add(FilterProgram.JUMP_IF_EQUAL, 0, FAIL, (int) it.second());
      }
      case GREATER -> addGreater(body, it, FilterProgram.JUMP_IF_GREATER);
      case GREATER_OR_EQUAL -> addGreater(body, it, FilterProgram.JUMP_IF_NOT_LESS);
      case LESS -> addLess(body, it, FilterProgram.JUMP_IF_NOT_LESS);
      case LESS_OR_EQUAL -> addLess(body, it, FilterProgram.JUMP_IF_GREATER);
    }
  }

  private static void addGreater(FilterProgram body, Condition it, int jump) {
    int high = (int) (it.value() >>> 32);
    body.add(FilterProgram.JUMP_IF_GREATER, PASS, 0, high);
    body.add(FilterProgram.JUMP_IF_EQUAL, 0, FAIL, high);
    body.add(FilterProgram.LOAD, FilterProgram.argument(it.argument()));
    body.add(jump, 0, FAIL, (int) it.value());
  }

  private static void addLess(FilterProgram body, Condition it, int jump) {
    int high = (int) (it.value() >>> 32);
    body.add(FilterProgram.JUMP_IF_GREATER, FAIL, 0, high);
    body.add(FilterProgram.JUMP_IF_EQUAL, 0, PASS, high);
    body.add(FilterProgram.LOAD, FilterProgram.argument(it.argument()));
    body.add(jump, FAIL, 0, (int) it.value());
  }
}
