package dev.skiff.runtime.doctor;

import dev.skiff.runtime.doctor.Fact.State;
import dev.skiff.runtime.doctor.Fact.Topic;
import org.jspecify.annotations.Nullable;

/// Whether the caller may make user namespaces, and which switch forbids it.
public final class NamespaceCheck {

  private static final String SUBJECT = "user namespaces";
  private static final String MOST = "/proc/sys/user/max_user_namespaces";
  private static final String CLONE = "/proc/sys/kernel/unprivileged_userns_clone";
  private static final String APPARMOR = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
  private static final String PROFILE = "/etc/apparmor.d/skiff";
  private static final int FEW = 64;

  private final Machine machine;

  public NamespaceCheck(Machine machine) {
    this.machine = machine;
  }

  /// The fact; takes one short process.
  public Fact fact() {
    if (machine.isRoot()) {
      return Fact.good(Topic.CONTAINERS, SUBJECT, "not needed: you are root", "containers start");
    }
    if ("0".equals(machine.text(MOST))) { // as Red Hat delivered version 7
      return refused(
          "forbidden: " + MOST + " is 0",
          "ask an administrator to run: echo user.max_user_namespaces=15000"
              + " > /etc/sysctl.d/90-user-namespaces.conf && sysctl --system");
    }
    if ("0".equals(machine.text(CLONE))) { // Debian's switch
      return refused(
          "forbidden: " + CLONE + " is 0",
          "ask an administrator to run: echo kernel.unprivileged_userns_clone=1"
              + " > /etc/sysctl.d/90-user-namespaces.conf && sysctl --system");
    }
    if (machine.succeeds("unshare", "-r", "-m", "true")) {
      return allowed();
    }
    return "1".equals(machine.text(APPARMOR)) ? byAppArmor() : bySomethingElse();
  }

  private Fact allowed() {
    int most = number(machine.text(MOST));
    if (most > 0 && most < FEW) {
      return new Fact(
          Topic.CONTAINERS,
          SUBJECT,
          State.LIMITED,
          "allowed, but only " + most + " of each user at a time",
          "a container takes two of them",
          "ask an administrator to run: sysctl -w user.max_user_namespaces=15000");
    }
    return Fact.good(Topic.CONTAINERS, SUBJECT, "allowed", "containers start without root");
  }

  private static int number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
  }

  /// Ubuntu from 23.10 on gives them only to programs that a profile names.
  private Fact byAppArmor() {
    String finding = "restricted to programs with an AppArmor profile: " + APPARMOR + " is 1";
    if (machine.exists(PROFILE)) {
      return refused(
          finding + ", and " + PROFILE + " is not in force for this Skiff",
          "ask an administrator to run: skiff doctor --apparmor-profile > "
              + PROFILE
              + " && apparmor_parser -r "
              + PROFILE);
    }
    return refused(
        finding,
        "ask an administrator to run: skiff doctor --apparmor-profile > "
            + PROFILE
            + " && apparmor_parser -r "
            + PROFILE);
  }

  private Fact bySomethingElse() {
    if (machine.program("unshare") == null) {
      return refused(
          "cannot be tried: there is no unshare",
          "install util-linux (apt-get install util-linux, dnf install util-linux)");
    }
    String kubernetes = machine.variable("KUBERNETES_SERVICE_HOST");
    return refused(
        "refused: 'unshare -r -m true' fails, as under the system call filter of a container",
        kubernetes.isEmpty()
            ? "run the outer container with --security-opt seccomp=unconfined, or ask an"
                + " administrator which policy forbids it"
            : "have the pod run with hostUsers: false and a seccomp profile that allows unshare"
                + " and mount");
  }

  private static Fact refused(String finding, String fix) {
    return new Fact(
        Topic.CONTAINERS,
        SUBJECT,
        State.MISSING,
        finding,
        "neither exec nor build work for ordinary users",
        fix);
  }
}
