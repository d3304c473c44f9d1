package dev.skiff.runtime.setup;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.AccountTable;
import dev.skiff.runtime.plan.SetupStep;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Carries out the steps of a plan in order, as root of the mount namespace. For one plan.
public final class PlanExecutor {

  static final String MOUNTED = "mounted";
  private static final String ABSENT = "left out: the image has no such file";
  private static final int AT_FDCWD = -100;
  private static final int MS_NOSUID = 2;
  private static final int MS_NODEV = 4;
  private static final int MS_NOEXEC = 8;
  private static final int MS_REC_SLAVE = 0x4000 | 0x80000;
  private static final int MNT_DETACH = 2;
  private static final int MOST_TABLE_BYTES = 16 << 20;

  private final Kernel kernel;
  private final ImageServer images;
  private final Consumer<Problem> warnings;
  private final MountLog log;
  private final Runnable beforePivot;
  private String rootPath = "";
  private String session = "";
  private @Nullable VolumeMounts volumes;
  private @Nullable DirectoryCovers covers;
  private final OwnMounts own;
  private boolean losesChanges;
  private int texts;
  private int rootFd = -1;
  private String result = MOUNTED;

  /// @param images mounts partitions whose means is FUSE or a loop device
  /// @param warnings told about every step that was left out
  /// @param beforePivot runs just before the host's root disappears
  public PlanExecutor(
      Kernel kernel,
      ImageServer images,
      Consumer<Problem> warnings,
      MountLog log,
      Runnable beforePivot) {
    this.kernel = kernel;
    this.own = new OwnMounts(kernel);
    this.log = log;
    this.images = images;
    this.warnings = warnings;
    this.beforePivot = beforePivot;
  }

  /// Afterwards this process is inside: the host's root is gone when a step says `EnterRoot`.
  public void carryOut(List<SetupStep> steps) {
    for (SetupStep step : steps) {
      if (step instanceof SetupStep.EnterRoot enter) {
        rootPath = enter.root().toString();
      }
      losesChanges |= step instanceof SetupStep.SealRoot;
    }
    for (SetupStep step : steps) {
      result = MOUNTED;
      carryOut(step);
      log.done(step, result);
    }
  }

  // Not a `switch` over types: the JVM would spin a class for it at every start.
  private void carryOut(SetupStep step) {
    if (!preparesTheRoot(step) && !showsSomething(step) && !makesSomething(step)) {
      throw new IllegalArgumentException("nobody carries out " + step.getClass());
    }
  }

  private boolean preparesTheRoot(SetupStep step) {
    if (step instanceof SetupStep.IsolateMounts) {
      check(kernel.mount(null, "/", null, MS_REC_SLAVE, ""), "isolating the mounts");
    } else if (step instanceof SetupStep.SessionDirectory it) {
      session(it);
    } else if (step instanceof SetupStep.MountImage it) {
      image(it);
    } else if (step instanceof SetupStep.MountVolume it) {
      volume(it);
    } else if (step instanceof SetupStep.MountOverlay it) {
      overlay(it);
    } else if (step instanceof SetupStep.MountDirectory it) {
      directory(it);
    } else if (step instanceof SetupStep.CopyMounts it) {
      copy(it);
    } else if (step instanceof SetupStep.SealRoot) {
      seal();
    } else if (step instanceof SetupStep.EnterRoot) {
      enter();
    } else {
      return false;
    }
    return true;
  }

  private boolean showsSomething(SetupStep step) {
    if (step instanceof SetupStep.Bind it) {
      result = new BindMount(kernel, root(), warnings).carryOut(it);
    } else if (step instanceof SetupStep.BindInside it) {
      int tree = volumes().tree(session + "/" + it.volume(), it.path());
      result = new BindMount(kernel, root(), warnings).carryOut(it, tree);
    } else if (step instanceof SetupStep.Tmpfs it) {
      tmpfs(it.target().value(), size(it.sizeBytes()) + ",mode=" + octal(it.mode()));
    } else if (step instanceof SetupStep.Proc it) {
      proc(it);
    } else if (step instanceof SetupStep.MinimalDev it) {
      own.add(it.target().value());
      new DeviceDirectory(kernel, root()).furnish(it);
    } else if (step instanceof SetupStep.ShowText it) {
      text(it);
    } else if (step instanceof SetupStep.AmendAccounts it) {
      accounts(it);
    } else {
      return false;
    }
    return true;
  }

  private boolean makesSomething(SetupStep step) {
    if (step instanceof SetupStep.MakeDirectory it) {
      String path = it.path().value();
      int made = root().make(path, ContainerRoot.Kind.DIRECTORY, it.mode());
      close(check(made, "making '" + path + "'"));
    } else if (step instanceof SetupStep.AddFile it) {
      add(it);
    } else if (step instanceof SetupStep.SetHostName it) {
      check(kernel.setHostName(it.name()), "setting the host name '" + it.name() + "'");
    } else if (step instanceof SetupStep.MakeHostDirectory it) {
      ownDirectory(it);
    } else if (step instanceof SetupStep.MakeSymlink it) {
      check(root().makeSymlink(it.path().value(), it.target()), "linking '" + it.path() + "'");
    } else {
      return false;
    }
    return true;
  }

  private void session(SetupStep.SessionDirectory it) {
    session = it.directory().toString();
    String options = "mode=0755," + size(it.sizeBytes());
    check(
        kernel.mount("tmpfs", session, "tmpfs", MS_NOSUID | MS_NODEV, options),
        "mounting the session directory on '" + session + "'");
  }

  private void image(SetupStep.MountImage it) {
    hostDirectory(it.target().toString());
    images.serve(it);
  }

  private void volume(SetupStep.MountVolume it) {
    hostDirectory(it.target().toString());
    result = volumes().mount(it);
  }

  private VolumeMounts volumes() {
    VolumeMounts known = volumes;
    if (known == null) {
      known = new VolumeMounts(kernel, warnings);
      volumes = known;
    }
    return known;
  }

  private void overlay(SetupStep.MountOverlay it) {
    hostDirectory(it.target().toString());
    losesChanges |= it.upper().toString().lastIndexOf('/') == session.length();
    if (!it.points().isEmpty() && new BareRoot(kernel, covers(), own).show(it)) {
      result = "mounted without an overlay";
    } else {
      new OverlayMount(kernel, session, volumes).mount(it);
    }
  }

  private void directory(SetupStep.MountDirectory it) {
    String target = it.target().toString();
    hostDirectory(target);
    int opened =
        volumes == null
            ? kernel.cloneTree(it.directory().toString())
            : volumes.tree(it.directory());
    int tree = check(opened, "opening '" + it.directory() + "'");
    int fd = check(kernel.openDirectory(target), "opening '" + target + "'");
    check(kernel.attach(tree, fd), "mounting '" + it.directory() + "'");
    close(tree);
    close(fd);
    if (volumes != null) {
      volumes.requireImage(it.directory(), target);
    }
  }

  private void copy(SetupStep.CopyMounts it) {
    String target = it.target().toString();
    String namespace = "/proc/" + it.process() + "/ns/mnt";
    int theirs = check(kernel.open(namespace, 0), "opening the mounts of '" + it.process() + "'");
    int ours = check(kernel.open("/proc/self/ns/mnt", 0), "opening our own mounts");
    check(kernel.joinMounts(theirs), "going to the mounts of '" + it.process() + "'");
    int tree = check(kernel.cloneTree("/"), "copying the mounts of '" + it.process() + "'");
    check(kernel.joinMounts(ours), "coming back from the mounts of '" + it.process() + "'");
    int fd = check(kernel.openDirectory(target), "opening '" + target + "'");
    check(kernel.attach(tree, fd), "showing the mounts of '" + it.process() + "'");
    close(theirs);
    close(ours);
    close(tree);
    close(fd);
  }

  private void proc(SetupStep.Proc it) {
    String target = it.target().value();
    int fd = check(root().make(target, ContainerRoot.Kind.DIRECTORY, 0755), "making " + target);
    int flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    check(kernel.mount("proc", descriptor(fd), "proc", flags, ""), "mounting a fresh proc");
    close(fd);
  }

  private void tmpfs(String target, String options) {
    int fd =
        check(root().make(target, ContainerRoot.Kind.DIRECTORY, 0755), "making '" + target + "'");
    check(
        kernel.mount("tmpfs", descriptor(fd), "tmpfs", MS_NOSUID | MS_NODEV, options),
        "mounting a tmpfs on '" + target + "'");
    own.add(target);
    close(fd);
  }

  private void accounts(SetupStep.AmendAccounts it) {
    String path = it.path().value();
    byte[] table = kernel.readInRoot(root().rootFd(), path, MOST_TABLE_BYTES);
    if (table == null) {
      result = ABSENT;
    } else {
      // Bytes as characters: a table may be in any character set, our lines are ASCII-compatible.
      String text = new String(table, StandardCharsets.ISO_8859_1);
      List<String> lines = new ArrayList<>();
      for (String line : it.lines()) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        lines.add(new String(bytes, StandardCharsets.ISO_8859_1));
      }
      String amended = AccountTable.amend(text, lines);
      show(path, root().find(path), amended.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private void text(SetupStep.ShowText it) {
    String path = it.path().value();
    int target =
        it.onlyIfPresent() ? root().find(path) : root().make(path, ContainerRoot.Kind.FILE, 0644);
    if (target >= 0) {
      show(path, target, it.text().getBytes(StandardCharsets.UTF_8));
    } else {
      result = ABSENT;
    }
  }

  private void add(SetupStep.AddFile it) {
    String path = it.path().value();
    int present = root().find(path);
    if (present >= 0) {
      close(present);
      return;
    }
    int file =
        check(root().make(path, ContainerRoot.Kind.FILE, it.mode()), "making '" + path + "'");
    int fd = check(kernel.open(descriptor(file), 1), "opening '" + path + "'");
    check(kernel.write(fd, it.text().getBytes(StandardCharsets.UTF_8)), "writing '" + path + "'");
    close(fd);
    close(file);
  }

  private void show(String path, int target, byte[] content) {
    check(target, "making '" + path + "'");
    String file = session + "/text" + texts++;
    write(file, content);
    int tree = check(kernel.cloneTree(file), "opening '" + file + "'");
    check(kernel.attach(tree, target), "showing a text at '" + path + "'");
    close(tree);
    close(target);
  }

  private void write(String file, byte[] content) {
    check(kernel.makeFile(AT_FDCWD, file, 0644), "making '" + file + "'");
    int fd = check(kernel.open(file, 1), "opening '" + file + "'");
    check(kernel.write(fd, content), "writing '" + file + "'");
    close(fd);
  }

  private void seal() {
    int sealed = kernel.makeReadOnly(root().rootFd(), Kernel.Depth.THIS_MOUNT);
    if (sealed == -Errno.ENOSYS) {
      throw SetupProblems.readOnlyMounts();
    }
    check(sealed, "making the root file system read-only");
    if (covers != null) {
      for (String path : covers.covered()) {
        int fd = check(root().find(path), "finding '" + path + "'");
        check(kernel.makeReadOnly(fd, Kernel.Depth.THIS_MOUNT), "making '" + path + "' read-only");
        close(fd);
      }
    }
  }

  private void enter() {
    beforePivot.run();
    check(kernel.chdir(rootPath), "entering '" + rootPath + "'");
    check(kernel.pivotRoot(".", "."), "pivot_root into '" + rootPath + "'");
    check(kernel.unmount(".", MNT_DETACH), "leaving the host's root");
    check(kernel.chdir("/"), "entering the new root");
    if (rootFd >= 0) {
      close(rootFd);
      rootFd = -1;
    }
  }

  private ContainerRoot root() {
    if (rootFd < 0) {
      rootFd = check(kernel.openDirectory(rootPath), "opening the root '" + rootPath + "'");
    }
    return new ContainerRoot(kernel, rootFd, losesChanges ? covers() : null, own);
  }

  private DirectoryCovers covers() {
    DirectoryCovers known = covers;
    if (known == null) {
      known = new DirectoryCovers(kernel, session);
      covers = known;
    }
    return known;
  }

  private void ownDirectory(SetupStep.MakeHostDirectory it) {
    int made = kernel.makeDirectory(AT_FDCWD, it.path().toString(), it.mode());
    if (made < 0 && made != -Errno.EEXIST) {
      throw SetupProblems.workdir(it.path(), made);
    }
  }

  private void hostDirectory(String path) {
    int made = kernel.makeDirectory(AT_FDCWD, path, 0755);
    if (made == -Errno.ENOENT) {
      hostDirectory(path.substring(0, path.lastIndexOf('/')));
      made = kernel.makeDirectory(AT_FDCWD, path, 0755);
    }
    if (made != -Errno.EEXIST) {
      check(made, "making '" + path + "'");
    }
  }

  private int check(int returned, String action) {
    if (returned < 0) {
      throw SetupProblems.step(action, returned);
    }
    return returned;
  }

  private void close(int fd) {
    int _ = kernel.close(fd);
  }

  /// A path by which mount(2), which takes no descriptor, reaches exactly what `fd` names.
  public static String descriptor(int fd) {
    return "/proc/self/fd/" + fd;
  }

  private static String size(long bytes) {
    return bytes == 0 ? "size=50%" : "size=" + bytes;
  }

  private static String octal(int mode) {
    return Integer.toOctalString(mode);
  }
}
