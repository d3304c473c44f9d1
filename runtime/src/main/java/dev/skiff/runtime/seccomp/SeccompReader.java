package dev.skiff.runtime.seccomp;

import dev.skiff.runtime.seccomp.SeccompProfile.Circumstances;
import dev.skiff.runtime.seccomp.SeccompProfile.Comparison;
import dev.skiff.runtime.seccomp.SeccompProfile.Condition;
import dev.skiff.runtime.seccomp.SeccompProfile.Rule;
import dev.skiff.runtime.seccomp.SeccompProfile.Verdict;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// Reads the text of a profile. What means nothing is a reason to refuse the whole: a payload must
/// not run with less protection than its profile says.
public final class SeccompReader {

  /// More than this nobody reads.
  public static final int LARGEST_BYTES = 1 << 20;

  private static final int DEEPEST = 20;
  private static final int MOST_RULES = 4096;
  private static final int ARGUMENTS = 6;
  private static final int MOST_ERRNO = 4095;
  private static final int EPERM = 1;
  private static final BigInteger MOST_VALUE = BigInteger.ONE.shiftLeft(64);

  private SeccompReader() {}

  /// Why a text is no profile.
  public static final class MalformedProfile extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedProfile(String reason) {
      super(reason);
    }
  }

  /// What the text says.
  public static SeccompProfile parse(String text) throws MalformedProfile {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(DEEPEST);
    options.setCodePointLimit(LARGEST_BYTES);
    Object root;
    try {
      // JSON is YAML but for its tabs, which can only stand between its words.
      root = new Yaml(new SafeConstructor(options)).load(text.replace('\t', ' '));
    } catch (YAMLException | StackOverflowError e) {
      throw new MalformedProfile("it is no JSON");
    }
    Map<?, ?> profile = map(root, "the profile");
    Verdict otherwise =
        verdict(text(profile, "defaultAction"), profile.get("defaultErrnoRet"), "defaultErrnoRet");
    List<?> entries = list(profile, "syscalls");
    if (entries.size() > MOST_RULES) {
      throw new MalformedProfile("it has more than " + MOST_RULES + " rules");
    }
    List<Rule> rules = new ArrayList<>();
    for (Object entry : entries) {
      rules.add(rule(map(entry, "an entry of syscalls")));
    }
    return new SeccompProfile(otherwise, rules);
  }

  private static Rule rule(Map<?, ?> entry) throws MalformedProfile {
    List<String> calls = new ArrayList<>(texts(entry, "names"));
    if (entry.get("name") != null) { // of profiles for old versions of Docker
      calls.add(text(entry, "name"));
    }
    List<Condition> conditions = new ArrayList<>();
    for (Object item : list(entry, "args")) {
      conditions.add(condition(map(item, "an entry of args")));
    }
    if (conditions.size() > ARGUMENTS) {
      throw new MalformedProfile("a rule has more than " + ARGUMENTS + " args");
    }
    return new Rule(
        calls,
        verdict(text(entry, "action"), entry.get("errnoRet"), "errnoRet"),
        conditions,
        circumstances(entry, "includes"),
        circumstances(entry, "excludes"));
  }

  private static Verdict verdict(String action, @Nullable Object given, String field)
      throws MalformedProfile {
    int error = given == null ? EPERM : (int) number(given, field, MOST_ERRNO);
    return switch (action) {
      case "SCMP_ACT_ALLOW" -> Verdict.ALLOW;
      case "SCMP_ACT_ERRNO" -> Verdict.error(error);
      case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> new Verdict(0);
      case "SCMP_ACT_KILL_PROCESS" -> Verdict.KILL_PROCESS;
      case "SCMP_ACT_TRAP" -> new Verdict(0x0003_0000);
      case "SCMP_ACT_TRACE" -> new Verdict(0x7FF0_0000 | error);
      case "SCMP_ACT_LOG" -> new Verdict(0x7FFC_0000);
      case "SCMP_ACT_NOTIFY" ->
          throw new MalformedProfile("SCMP_ACT_NOTIFY needs a program that decides: there is none");
      default -> throw new MalformedProfile("'" + shown(action) + "' is no action");
    };
  }

  private static Condition condition(Map<?, ?> entry) throws MalformedProfile {
    Object second = entry.get("valueTwo");
    return new Condition(
        (int) number(entry.get("index"), "index", ARGUMENTS - 1),
        comparison(text(entry, "op")),
        number(entry.get("value"), "value", -1),
        second == null ? 0 : number(second, "valueTwo", -1));
  }

  private static Comparison comparison(String op) throws MalformedProfile {
    return switch (op) {
      case "SCMP_CMP_NE" -> Comparison.NOT_EQUAL;
      case "SCMP_CMP_LT" -> Comparison.LESS;
      case "SCMP_CMP_LE" -> Comparison.LESS_OR_EQUAL;
      case "SCMP_CMP_EQ" -> Comparison.EQUAL;
      case "SCMP_CMP_GE" -> Comparison.GREATER_OR_EQUAL;
      case "SCMP_CMP_GT" -> Comparison.GREATER;
      case "SCMP_CMP_MASKED_EQ" -> Comparison.MASKED_EQUAL;
      default -> throw new MalformedProfile("'" + shown(op) + "' is no op");
    };
  }

  private static Circumstances circumstances(Map<?, ?> entry, String field)
      throws MalformedProfile {
    Object value = entry.get(field);
    if (value == null) {
      return Circumstances.NONE;
    }
    Map<?, ?> found = map(value, field);
    return new Circumstances(
        texts(found, "caps"),
        texts(found, "arches"),
        found.get("minKernel") == null ? "" : text(found, "minKernel"));
  }

  /// @param most -1 for 64 bits without a sign
  private static long number(@Nullable Object value, String field, long most)
      throws MalformedProfile {
    if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
      BigInteger number = new BigInteger(value.toString());
      BigInteger limit = most < 0 ? MOST_VALUE : BigInteger.valueOf(most + 1);
      if (number.signum() >= 0 && number.compareTo(limit) < 0) {
        return number.longValue();
      }
    }
    throw new MalformedProfile("'" + shown(String.valueOf(value)) + "' cannot be its " + field);
  }

  private static Map<?, ?> map(@Nullable Object value, String what) throws MalformedProfile {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new MalformedProfile(what + " is no JSON object");
  }

  private static List<?> list(Map<?, ?> owner, String key) throws MalformedProfile {
    Object value = owner.get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw new MalformedProfile("'" + key + "' is no list");
  }

  private static List<String> texts(Map<?, ?> owner, String key) throws MalformedProfile {
    List<String> texts = new ArrayList<>();
    for (Object item : list(owner, key)) {
      if (!(item instanceof String text)) {
        throw new MalformedProfile("'" + key + "' holds what is no text");
      }
      texts.add(text);
    }
    return texts;
  }

  private static String text(Map<?, ?> owner, String key) throws MalformedProfile {
    Object value = owner.get(key);
    if (value instanceof String || value instanceof Double) { // 4.8 is a number to YAML alone
      return value.toString();
    }
    throw new MalformedProfile("'" + key + "' is " + (value == null ? "missing" : "no text"));
  }

  private static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
