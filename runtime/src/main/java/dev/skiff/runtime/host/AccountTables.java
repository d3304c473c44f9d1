package dev.skiff.runtime.host;

import dev.skiff.runtime.host.HostFacts.Account;
import dev.skiff.runtime.host.HostFacts.Group;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The host's /etc/passwd and /etc/group. An account that is in neither, as those of LDAP are, is
/// told by the caller's environment.
final class AccountTables {

  private final String passwd;
  private final String groups;

  private AccountTables(String passwd, String groups) {
    this.passwd = passwd;
    this.groups = groups;
  }

  static AccountTables of(Path root) {
    return new AccountTables(text(root.resolve("etc/passwd")), text(root.resolve("etc/group")));
  }

  private static String text(Path file) {
    try {
      return HostProbe.text(file);
    } catch (IOException e) {
      return "";
    }
  }

  Account account(Caller caller) {
    Map<String, String> environment = caller.environment();
    for (String[] fields : lines(passwd, 7)) {
      if (fields[2].equals(Long.toString(caller.uid()))) {
        return account(caller, fields[0], absolute(fields[5], "/"), fields[6]);
      }
    }
    String name = environment.getOrDefault("USER", environment.getOrDefault("LOGNAME", ""));
    boolean plain = !name.isEmpty() && name.indexOf(':') < 0 && name.indexOf('\n') < 0;
    return account(
        caller,
        plain ? name : Long.toString(caller.uid()),
        absolute(environment.getOrDefault("HOME", "/"), "/"),
        environment.getOrDefault("SHELL", ""));
  }

  private Account account(Caller caller, String name, String home, String shell) {
    return new Account(
        caller.uid(),
        caller.gid(),
        name,
        Path.of(home),
        absolute(shell, "/bin/sh"),
        groups(caller, name));
  }

  private static String absolute(String path, String otherwise) {
    boolean usable = path.startsWith("/") && path.indexOf('\0') < 0 && path.indexOf('\n') < 0;
    return usable ? path : otherwise;
  }

  private List<Group> groups(Caller caller, String name) {
    List<Group> found = new ArrayList<>();
    for (String[] fields : lines(groups, 4)) {
      boolean own = fields[2].equals(Long.toString(caller.gid()));
      if (own || names(fields[3], name)) {
        Group group = new Group(fields[0], Long.parseLong(fields[2]));
        found.add(own ? 0 : found.size(), group);
      }
    }
    return found;
  }

  private static boolean names(String members, String name) {
    int start = 0;
    while (start < members.length()) {
      int comma = members.indexOf(',', start);
      int end = comma < 0 ? members.length() : comma;
      if (end - start == name.length() && members.startsWith(name, start)) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }

  /// Lines with this many fields and a number in the third; all others are none of our business.
  private static List<String[]> lines(String table, int count) {
    List<String[]> lines = new ArrayList<>();
    int start = 0;
    while (start < table.length()) {
      int newline = table.indexOf('\n', start);
      int end = newline < 0 ? table.length() : newline;
      String[] fields = fields(table.substring(start, end), count);
      if (fields.length == count && isId(fields[2])) {
        lines.add(fields);
      }
      start = end + 1;
    }
    return lines;
  }

  private static String[] fields(String line, int count) {
    String[] fields = new String[count];
    int start = 0;
    for (int i = 0; i < count; i++) {
      int colon = line.indexOf(':', start);
      boolean last = i == count - 1;
      if (last != colon < 0) {
        return new String[0];
      }
      fields[i] = line.substring(start, last ? line.length() : colon);
      start = colon + 1;
    }
    return fields;
  }

  private static boolean isId(String text) {
    if (text.isEmpty() || text.length() > 10) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
