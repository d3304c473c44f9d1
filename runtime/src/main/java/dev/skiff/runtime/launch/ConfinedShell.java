package dev.skiff.runtime.launch;

import dev.skiff.runtime.kernel.FilterProgram;
import dev.skiff.runtime.plan.CapabilitySet;
import dev.skiff.runtime.plan.Confinement;
import dev.skiff.runtime.plan.ShellText;
import dev.skiff.runtime.setup.Programs;
import java.util.ArrayList;
import java.util.List;

/// The command line that a waiting shell becomes before the image is its root: programs of the host
/// that give it ids and rights, and behind them the shell that waits on.
///
/// @param scriptFd what the shell reads its script from
/// @param joined whether it is in an instance, and ends with the command
record ConfinedShell(Confinement confinement, int scriptFd, boolean joined) {

  /// Puts the filter of the first argument on itself, and becomes the program of the others. Perl
  /// looks at no locale: the caller's may be one that the host does not have.
  private static String install() {
    return "$p=pack(\"H*\",shift);$f=pack(\"Sx6P\",length($p)/8,$p);"
        + ("syscall(" + FilterProgram.systemCall() + ",1,0,$f)<0&&")
        + "die \"skiff: the seccomp filter is refused: $!\\n\";"
        + "delete $ENV{PERL_BADLANG};exec {$ARGV[0]} @ARGV";
  }

  /// One line of shell text, without an end.
  String line() {
    List<String> words = new ArrayList<>();
    words.add((confinement.filter().isPresent() ? "PERL_BADLANG=0 " : "") + "exec");
    if (confinement.asked() || confinement.ids() instanceof Confinement.Mapped) {
      words.addAll(List.of(program("setpriv"), "--no-new-privs"));
    }
    if (confinement.ids() instanceof Confinement.Mapped(long uid, long gid)) {
      words.addAll(List.of(program("unshare"), "-U", "--map-user=" + uid, "--map-group=" + gid));
      if (confinement.asked()) {
        words.add("--keep-caps");
      }
      words.add("--");
    }
    if (confinement.asked()) {
      addRights(words);
    }
    if (joined) {
      words.addAll(List.of(program("setpriv"), "--pdeathsig", "KILL"));
    }
    confinement.filter().ifPresent(filter -> addFilter(words, filter));
    // What root has opened, others may read and not open again.
    boolean other =
        confinement.ids() instanceof Confinement.Assumed(long uid, List<Long> _) && uid != 0;
    String wait =
        (other ? "eval \"$(cat <&" + scriptFd + ")\"" : ". /dev/fd/" + scriptFd) + "; exit 125";
    words.addAll(List.of("/bin/sh", "-c", ShellText.literal(wait), "sh", "\"$@\""));
    return String.join(" ", words);
  }

  private void addRights(List<String> words) {
    if (confinement.ids() instanceof Confinement.Assumed(long uid, List<Long> gids)) {
      words.addAll(
          List.of(program("setpriv"), "--reuid", "" + uid, "--regid", "" + gids.getFirst()));
      List<String> all = new ArrayList<>();
      gids.forEach(gid -> all.add(gid.toString()));
      words.addAll(List.of("--groups", String.join(",", all), "--"));
      if (uid != 0) {
        return; // the kernel has taken all capabilities away with root's id
      }
    }
    words.add(program("setpriv"));
    CapabilitySet held = confinement.capabilities().orElse(CapabilitySet.ALL);
    if (!held.equals(CapabilitySet.ALL)) {
      words.add("--bounding-set=" + signed("-", CapabilitySet.ALL.without(held)));
    }
    boolean root = !(confinement.ids() instanceof Confinement.Mapped);
    words.add("--inh-caps=-all" + (root ? "" : added(held)));
    words.add("--ambient-caps=-all" + (root ? "" : added(held)));
    confinement
        .appArmor()
        .ifPresent(name -> words.addAll(List.of("--apparmor-profile", ShellText.literal(name))));
    confinement
        .seLinux()
        .ifPresent(label -> words.addAll(List.of("--selinux-label", ShellText.literal(label))));
    words.add("--");
  }

  private static void addFilter(List<String> words, Confinement.Filter filter) {
    String perl = Programs.find("perl");
    if (perl == null) {
      throw LaunchProblems.perlAbsent();
    }
    words.addAll(List.of(ShellText.literal(perl), "-e"));
    words.add(ShellText.literal(install()));
    words.add(filter.program());
  }

  private static String added(CapabilitySet set) {
    return set.isEmpty() ? "" : "," + signed("+", set);
  }

  private static String signed(String sign, CapabilitySet set) {
    List<String> words = new ArrayList<>();
    for (String name : set.names()) {
      words.add(sign + name);
    }
    return String.join(",", words);
  }

  private static String program(String name) {
    String found = Programs.find(name);
    return ShellText.literal(found == null ? name : found);
  }
}
