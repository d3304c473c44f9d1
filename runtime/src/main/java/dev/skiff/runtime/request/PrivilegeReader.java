package dev.skiff.runtime.request;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.plan.CapabilitySet;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads `--security`, `--add-caps`, `--drop-caps`, `--keep-privs` and `--no-privs`.
final class PrivilegeReader {

  private static final String[] KINDS = {"uid", "gid", "seccomp", "apparmor", "selinux"};
  private static final long MOST_ID = 0xFFFF_FFFEL;
  private static final int MOST_DIGITS = 10;

  private final GivenOptions given;
  private final List<Problem> problems;
  private final List<Problem> warnings;

  private Optional<Long> uid = Optional.empty();
  private final List<Long> gids = new ArrayList<>();
  private Optional<Path> seccomp = Optional.empty();
  private Optional<String> appArmor = Optional.empty();
  private Optional<String> seLinux = Optional.empty();

  PrivilegeReader(GivenOptions given, List<Problem> problems, List<Problem> warnings) {
    this.given = given;
    this.problems = problems;
    this.warnings = warnings;
  }

  PrivilegeRequest read() {
    for (GivenOptions.Value value : given.all(RunOption.SECURITY)) {
      for (String context : contexts(value.text())) {
        take(context);
      }
    }
    boolean kept = given.isOn(RunOption.KEEP_PRIVS);
    boolean none = given.isOn(RunOption.NO_PRIVS);
    if (kept && none) {
      problems.add(RequestProblems.together("--keep-privs", "--no-privs"));
    }
    if ((uid.isPresent() || !gids.isEmpty()) && given.isOn(RunOption.FAKEROOT)) {
      problems.add(RequestProblems.together("--security uid: or gid:", "--fakeroot"));
    }
    PrivilegeRequest.Start start =
        kept ? PrivilegeRequest.Start.KEPT : PrivilegeRequest.Start.USUAL;
    return new PrivilegeRequest(
        none ? PrivilegeRequest.Start.NONE : start,
        capabilities(RunOption.ADD_CAPS),
        capabilities(RunOption.DROP_CAPS),
        uid,
        gids,
        seccomp,
        appArmor,
        seLinux);
  }

  /// The contexts of one option: a comma begins another one only where its kind follows, since a
  /// SELinux label may hold commas.
  private static List<String> contexts(String text) {
    List<String> contexts = new ArrayList<>();
    for (String part : Words.split(text, ',')) {
      if (contexts.isEmpty() || !kind(part).isEmpty()) {
        contexts.add(part);
      } else {
        contexts.add(contexts.removeLast() + "," + part);
      }
    }
    return contexts;
  }

  private static String kind(String context) {
    for (String kind : KINDS) {
      if (context.startsWith(kind + ":")) {
        return kind;
      }
    }
    return "";
  }

  private void take(String context) {
    String kind = kind(context);
    String value = kind.isEmpty() ? "" : context.substring(kind.length() + 1);
    if (value.isEmpty()) {
      String why = kind.isEmpty() ? "it is none of these kinds" : "nothing stands behind " + kind;
      problems.add(RequestProblems.security(context, why));
      return;
    }
    switch (kind) {
      case "uid" -> takeUser(context, value);
      case "gid" -> takeGroups(context, value);
      case "apparmor" -> appArmor = Optional.of(value);
      case "selinux" -> seLinux = Optional.of(value);
      default -> takeProfile(context, value);
    }
  }

  private void takeProfile(String context, String text) {
    try {
      seccomp = Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      problems.add(RequestProblems.security(context, BindSpec.unusable(e)));
    }
  }

  private void takeUser(String context, String text) {
    long number = number(text);
    if (number < 0) {
      problems.add(RequestProblems.security(context, "'" + text + "' is no user id"));
    }
    uid = Optional.of(number);
  }

  private void takeGroups(String context, String text) {
    gids.clear();
    for (String word : Words.split(text, ':')) {
      long number = number(word);
      if (number < 0) {
        problems.add(RequestProblems.security(context, "'" + word + "' is no group id"));
      }
      gids.add(number);
    }
  }

  private static long number(String text) {
    if (text.isEmpty() || text.length() > MOST_DIGITS) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number <= MOST_ID ? number : -1;
  }

  private CapabilitySet capabilities(RunOption option) {
    CapabilitySet set = CapabilitySet.NONE;
    for (GivenOptions.Value value : given.all(option)) {
      for (String word : Words.split(value.text(), ',')) {
        String name = word.strip();
        CapabilitySet one = CapabilitySet.of(name);
        if (one.isEmpty() && !name.isEmpty()) {
          warnings.add(RequestProblems.unknownCapability(name, value.origin()));
        }
        set = set.with(one);
      }
    }
    return set;
  }
}
