package dev.skiff.runtime.launch;

import dev.skiff.runtime.launch.HostSupport.Fact;
import dev.skiff.runtime.launch.HostSupport.State;
import dev.skiff.runtime.setup.WaitingServer;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The questions behind `HostSupport`, each answered with a `Fact`.
final class HostChecks {

  private static final String UNPACKED = "a SIF image is unpacked below TMPDIR at its first start";

  private final Machine machine;

  HostChecks(Machine machine) {
    this.machine = machine;
  }

  /// Where the answers come from: this machine, or a folder that a test made.
  interface Machine {

    /// The file's text without its last line end; null when it cannot be read.
    @Nullable String text(String file);

    /// Whether the file can be opened for reading and writing.
    boolean writable(String file);

    /// Whether a program ends with 0.
    boolean succeeds(String... command);

    /// The type of the file system that holds a directory, as `ext4`.
    String fileSystem(String directory);

    /// The squashfuse that would be used.
    @Nullable String squashfuse();

    /// The login name and the temporary directory of the caller.
    String property(String name);

    static Machine local() {
      return new LocalMachine();
    }
  }

  List<Fact> all() {
    List<Fact> facts = new ArrayList<>();
    Fact namespaces = namespaces();
    facts.add(namespaces);
    facts.add(idRanges());
    facts.add(fuseDevice());
    facts.add(squashfuse());
    facts.add(namespaces.state() == State.MISSING ? untriedOverlay() : overlay());
    facts.add(temporaryDirectory());
    return facts;
  }

  private Fact namespaces() {
    String subject = "user namespaces";
    if (IdMapping.current() == IdMapping.ROOT) {
      return new Fact(subject, State.GOOD, "not needed: you are root", "containers start", "");
    }
    if ("0".equals(machine.text("/proc/sys/user/max_user_namespaces"))) {
      return noNamespaces(
          "forbidden: /proc/sys/user/max_user_namespaces is 0",
          "ask an administrator to run: sysctl -w user.max_user_namespaces=15000");
    }
    if ("0".equals(machine.text("/proc/sys/kernel/unprivileged_userns_clone"))) {
      return noNamespaces(
          "forbidden: /proc/sys/kernel/unprivileged_userns_clone is 0",
          "ask an administrator to run: sysctl -w kernel.unprivileged_userns_clone=1");
    }
    if (machine.succeeds("unshare", "-r", "-m", "true")) {
      return new Fact(subject, State.GOOD, "allowed", "containers start without root", "");
    }
    if ("1".equals(machine.text("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"))) {
      return noNamespaces(
          "restricted: /proc/sys/kernel/apparmor_restrict_unprivileged_userns is 1",
          "ask an administrator to run:"
              + " sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
    }
    return noNamespaces(
        "refused: 'unshare -r -m true' fails, as under the system call filter of a container",
        "run the outer container with --security-opt seccomp=unconfined, or on Kubernetes with"
            + " hostUsers: false and a seccomp profile that allows unshare and mount");
  }

  private static Fact noNamespaces(String finding, String fix) {
    String consequence = "neither exec nor build work for ordinary users";
    return new Fact("user namespaces", State.MISSING, finding, consequence, fix);
  }

  private Fact idRanges() {
    String subject = "ids for %post";
    IdMapping current = IdMapping.current();
    if (current == IdMapping.ROOT || current == IdMapping.RANGE) {
      return new Fact(subject, State.GOOD, "a whole range", "builds keep every owner", "");
    }
    String single = "builds work with one id: every file of the image is owned by root";
    String user = machine.property("user.name");
    for (String file : List.of("/etc/subuid", "/etc/subgid")) {
      if (!hasEntry(machine.text(file), user)) {
        return new Fact(
            subject,
            State.LIMITED,
            "'" + user + "' has no line in " + file,
            single,
            "ask an administrator to run: " + addRange(user));
      }
    }
    if (machine.succeeds("unshare", "--map-root-user", "--map-auto", "true")) {
      return new Fact(subject, State.GOOD, "a range in /etc/subuid", "builds keep every owner", "");
    }
    return new Fact(
        subject,
        State.LIMITED,
        "newuidmap and newgidmap are missing or not allowed to map '" + user + "'s range",
        single,
        "install them (apt-get install uidmap, dnf install shadow-utils)");
  }

  private String addRange(String user) {
    String range =
        SubordinateRange.free(List.of(textOf("/etc/subuid"), textOf("/etc/subgid"))).words();
    return "usermod --add-subuids " + range + " --add-subgids " + range + " " + user;
  }

  private String textOf(String file) {
    String text = machine.text(file);
    return text == null ? "" : text;
  }

  private static boolean hasEntry(@Nullable String table, String user) {
    return table != null && ("\n" + table).contains("\n" + user + ":");
  }

  private Fact fuseDevice() {
    String subject = "/dev/fuse";
    if (machine.writable("/dev/fuse")) {
      return new Fact(subject, State.GOOD, "usable", "images are mounted, not unpacked", "");
    }
    boolean root = IdMapping.current() == IdMapping.ROOT;
    return new Fact(
        subject,
        State.LIMITED,
        "cannot be opened for reading and writing",
        root ? "images are mounted by the kernel" : UNPACKED,
        "ask an administrator to run: chmod 0666 /dev/fuse");
  }

  private Fact squashfuse() {
    String program = machine.squashfuse();
    if (program != null) {
      return new Fact("squashfuse", State.GOOD, program, "SIF images are mounted", "");
    }
    return new Fact(
        "squashfuse",
        State.LIMITED,
        "no squashfuse_ll on PATH",
        "for ordinary users, " + UNPACKED,
        "install it (apt-get install squashfuse, dnf install squashfuse)");
  }

  private static Fact untriedOverlay() {
    return new Fact(
        "overlay file systems",
        State.LIMITED,
        "not tried, for want of user namespaces",
        "unknown until those are allowed",
        "");
  }

  private Fact overlay() {
    String script =
        "mount -t tmpfs t /mnt && mkdir /mnt/l /mnt/u /mnt/w /mnt/m && mount -t overlay"
            + " -o lowerdir=/mnt/l,upperdir=/mnt/u,workdir=/mnt/w,userxattr o /mnt/m";
    boolean root = IdMapping.current() == IdMapping.ROOT;
    boolean works =
        root
            ? machine.succeeds("unshare", "-m", "sh", "-c", script)
            : machine.succeeds("unshare", "-r", "-m", "sh", "-c", script);
    if (works) {
      return new Fact(
          "overlay file systems", State.GOOD, "usable", "bind points are made as needed", "");
    }
    return new Fact(
        "overlay file systems",
        State.MISSING,
        "the kernel refuses one" + (root ? "" : " to an ordinary user"),
        "containers do not start",
        "use Linux 5.11 or newer, with the module 'overlay' loaded");
  }

  private Fact temporaryDirectory() {
    String directory = machine.property("java.io.tmpdir");
    String type = machine.fileSystem(directory);
    boolean network =
        type.startsWith("nfs")
            || List.of("lustre", "beegfs", "gpfs", "ceph", "cifs").contains(type);
    return new Fact(
        "temporary directory",
        network ? State.LIMITED : State.GOOD,
        directory + " (" + type + ")",
        network ? "builds cannot keep their upper directories there" : "builds work there",
        network ? "set TMPDIR to a local disk" : "");
  }

  private static final class LocalMachine implements Machine {

    @Override
    public @Nullable String text(String file) {
      try {
        return Files.readString(Path.of(file)).stripTrailing();
      } catch (IOException unreadable) {
        return null;
      }
    }

    @Override
    public boolean writable(String file) {
      return Files.isReadable(Path.of(file)) && Files.isWritable(Path.of(file));
    }

    @Override
    public boolean succeeds(String... command) {
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
      } catch (IOException absent) {
        return false;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    @Override
    public String fileSystem(String directory) {
      try {
        FileStore store = Files.getFileStore(Path.of(directory));
        return store.type();
      } catch (IOException unknown) {
        return "unknown";
      }
    }

    @Override
    public @Nullable String squashfuse() {
      return WaitingServer.program();
    }

    @Override
    public String property(String name) {
      return System.getProperty(name, "");
    }
  }
}
