package dev.skiff.samples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Who types a command: the three ways to be root in a container.
enum HostUser {
  /// The real root.
  ROOT("root"),
  /// An ordinary user with a range of subordinate ids.
  RANGE("skiffsub"),
  /// An ordinary user without any.
  SINGLE("skiffnosub");

  private final String account;

  HostUser(String account) {
    this.account = account;
  }

  String account() {
    return account;
  }

  /// Skips the test, saying why, where this user cannot be had.
  HostUser orSkip() {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to become " + account);
    assumeTrue(passwd().stream().anyMatch(this::isOurs), "there is no user " + account);
    return this;
  }

  /// Numeric user and group id, home.
  List<String> ids() {
    String[] fields =
        passwd().stream().filter(this::isOurs).findFirst().orElseThrow().split(":", -1);
    return List.of(fields[2], fields[3], fields[5]);
  }

  private boolean isOurs(String line) {
    return line.startsWith(account + ":");
  }

  private static List<String> passwd() {
    try {
      return Files.readAllLines(Path.of("/etc/passwd"));
    } catch (IOException e) {
      throw new AssertionError("/etc/passwd cannot be read", e);
    }
  }
}
