package dev.skiff.runtime.doctor;

import dev.skiff.runtime.doctor.Fact.State;
import dev.skiff.runtime.doctor.Fact.Topic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which of the three ways to be root in `%post` applies, and why.
final class IdCheck {

  private static final String SUBJECT = "ids for %post";
  private static final String SINGLE =
      "builds work with one id: every file of the image is owned by root";
  private static final long USUAL = 65_536;

  private final Machine machine;

  IdCheck(Machine machine) {
    this.machine = machine;
  }

  private static Fact limited(String finding, String fix) {
    return new Fact(Topic.BUILDS, SUBJECT, State.LIMITED, finding, SINGLE, fix);
  }

  /// @param namespaces whether the caller gets user namespaces, without which nothing can be tried
  Fact fact(boolean namespaces) {
    if (machine.isRoot()) {
      return Fact.good(Topic.BUILDS, SUBJECT, "all: you are root", "builds keep every owner");
    }
    String user = machine.user();
    for (String file : List.of("/etc/subuid", "/etc/subgid")) {
      long count = count(machine.text(file), user);
      if (count == 0) {
        return limited(
            "'" + user + "' has no range in " + file, "ask an administrator to run: " + add(user));
      }
      if (count < USUAL) {
        return new Fact(
            Topic.BUILDS,
            SUBJECT,
            State.LIMITED,
            "'%s' has %d ids in %s, and %d are usual".formatted(user, count, file, USUAL),
            "steps fail that use an id above " + count + ", as that of nobody, 65534",
            "ask an administrator to run: " + add(user));
      }
    }
    return mapping(user, namespaces);
  }

  private Fact mapping(String user, boolean namespaces) {
    for (String program : List.of("newuidmap", "newgidmap")) {
      if (machine.program(program) == null) {
        return limited(
            "there is no " + program,
            "install it (apt-get install uidmap, dnf install shadow-utils)");
      }
    }
    if (!namespaces) {
      return new Fact(
          Topic.BUILDS,
          SUBJECT,
          State.LIMITED,
          "not tried, for want of user namespaces",
          "unknown until those are allowed",
          "");
    }
    if (machine.succeeds("unshare", "--map-root-user", "--map-auto", "true")) {
      return Fact.good(
          Topic.BUILDS, SUBJECT, "a range of " + user + "'s own", "builds keep every owner");
    }
    return refused();
  }

  private Fact refused() {
    String program = machine.program("newuidmap");
    boolean setuid = program != null && (machine.mode(program) & 04000) != 0;
    return limited(
        setuid
            ? "newuidmap refuses to map the range, or unshare is older than util-linux 2.38"
            : "newuidmap has no set-user-id bit, and no capability cap_setuid that counts here",
        setuid
            ? "try: unshare --map-root-user --map-auto id"
            : "ask an administrator to run: chmod u+s " + program + " " + program("newgidmap"));
  }

  private String program(String name) {
    String found = machine.program(name);
    return found == null ? name : found;
  }

  /// The ids of a user in a table, who stands there by name or number.
  private long count(@Nullable String table, String user) {
    long count = 0;
    for (String line : (table == null ? "" : table).split("\n", -1)) {
      String[] fields = line.strip().split(":", -1);
      boolean ours = fields[0].equals(user) || fields[0].equals(machine.uid());
      if (ours && fields.length == 3 && fields[2].matches("[0-9]{1,10}")) {
        count += Long.parseLong(fields[2]);
      }
    }
    return count;
  }

  private String add(String user) {
    String range =
        SubordinateRange.free(List.of(textOf("/etc/subuid"), textOf("/etc/subgid"))).words();
    return "usermod --add-subuids " + range + " --add-subgids " + range + " " + user;
  }

  private String textOf(String file) {
    String text = machine.text(file);
    return text == null ? "" : text;
  }
}
