package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep.Access;
import dev.skiff.runtime.plan.SetupStep.MountVolume;
import dev.skiff.runtime.plan.SetupStep.Owner;
import dev.skiff.runtime.plan.ShellText;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An overlay by `fuse-overlayfs`, where the kernel's own cannot be had, or where the changes lie in
/// an ext3 file system that only `fuse2fs` can open.
///
/// Files in an ext3 image belong to the caller's own id, which the namespace that sets the container
/// up does not know: there the caller is root. Both servers run in a namespace that knows the
/// caller by that id, and `fuse-overlayfs` translates.
///
///     container ── fuse-overlayfs ──┬─ the lower trees, attached in the servers' namespace
///                                   └─ fuse2fs ── image file
///
/// All that is mounted for the servers is detached again once they have it open: so each ends when
/// nobody uses it any more, the one that writes the image last.
final class FuseOverlay {

  private static final String PROGRAM = "fuse-overlayfs";
  private static final String EXT_PROGRAM = "fuse2fs";
  private static final int MNT_DETACH = 2;
  private static final int MS_RDONLY = 1;

  private final Kernel kernel;
  private final String place;

  /// @param place a directory of the session that exists and is used for nothing else
  FuseOverlay(Kernel kernel, String place) {
    this.kernel = kernel;
    this.place = place;
  }

  /// What lies in an overlay.
  ///
  /// @param lower trees to attach, the uppermost first; the caller's to close
  /// @param store a tree with `upper` and `work`, or -1
  /// @param volume an ext3 image with them, or null
  /// @param part what of an image that is only read is shown, from its root; a file's directory is
  ///   shown in its place
  record Parts(
      List<Integer> lower, int store, @Nullable MountVolume volume, String part, Owner owner) {
    Parts {
      lower = List.copyOf(lower);
    }

    boolean readOnly() {
      return volume != null && volume.access() == Access.READ_ONLY;
    }
  }

  static boolean available() {
    return Programs.find(PROGRAM) != null;
  }

  /// Whether an ext3 image can be opened without root.
  static boolean opensImages() {
    return available() && Programs.find(EXT_PROGRAM) != null;
  }

  /// Mounts the overlay on a host path.
  ///
  /// @throws IOException with the reason, in words for a person
  void mount(Parts parts, String target) throws IOException {
    try (WaitingShell shell = WaitingShell.start(kernel, parts.owner())) {
      try {
        check(within(shell, () -> attach(parts)), "attaching its parts");
        check(shell.mount(PROGRAM, target, parts.readOnly() ? MS_RDONLY : 0), "mounting it");
        shell.tell(script(parts));
        String answer = shell.answer();
        if (!"mounted".equals(answer)) {
          throw new IOException(answer == null ? "its server ended" : answer);
        }
        int root = kernel.open(target, 0); // waits for the server
        check(root, "asking its server");
        int _ = kernel.close(root);
      } catch (IOException e) {
        int _ = within(shell, () -> detach(parts));
        shell.kill();
        throw e;
      }
      check(within(shell, () -> detach(parts)), "detaching its parts");
    }
  }

  private interface Work {
    int carryOut();
  }

  private static int within(WaitingShell shell, Work work) {
    int result = shell.enter();
    if (result >= 0) {
      result = work.carryOut();
      int left = shell.leave();
      result = Math.min(result, left);
    }
    return result;
  }

  private int attach(Parts parts) {
    int result = 0;
    for (int i = 0; i < parts.lower().size() && result >= 0; i++) {
      result = attach(parts.lower().get(i), lower(i));
    }
    if (result >= 0 && parts.store() >= 0) {
      result = attach(parts.store(), store());
    }
    return result;
  }

  private int attach(int tree, String target) {
    int fd = kernel.openDirectory(target);
    int result = fd < 0 ? fd : kernel.attach(tree, fd);
    if (fd >= 0) {
      int _ = kernel.close(fd);
    }
    return result;
  }

  private int detach(Parts parts) {
    int result = 0;
    for (int i = 0; i < parts.lower().size(); i++) {
      result = Math.min(result, kernel.unmount(lower(i), MNT_DETACH));
    }
    if (parts.store() >= 0 || parts.volume() != null) {
      result = Math.min(result, kernel.unmount(store(), MNT_DETACH));
    }
    return result;
  }

  private String script(Parts parts) {
    StringBuilder lower = new StringBuilder();
    for (int i = 0; i < parts.lower().size(); i++) {
      lower.append(lower.isEmpty() ? "" : ":").append(lower(i));
    }
    MountVolume volume = parts.volume();
    String start = volume == null ? "" : volumeScript(volume, parts);
    if (parts.readOnly()) {
      lower.append('.'); // the script goes there: its name may hold anything
    }
    String options =
        "lowerdir="
            + lower
            + (parts.readOnly()
                ? ""
                : ",upperdir=" + store() + "/upper,workdir=" + store() + "/work")
            + mapping("uidmapping", parts.owner().uid())
            + mapping("gidmapping", parts.owner().gid());
    return start
        + "echo mounted\nexec "
        + ShellText.literal(String.valueOf(Programs.find(PROGRAM)))
        + " -f -o "
        + ShellText.literal(options)
        + " /dev/fd/3 </dev/null >"
        + log()
        + " 2>&1\n";
  }

  private static String mapping(String option, long id) {
    return id == 0 ? "" : "," + option + "=" + id + ":0:1";
  }

  /// Starts `fuse2fs` and waits until its mount stands. It alone keeps the lock.
  private String volumeScript(MountVolume volume, Parts parts) {
    boolean writable = volume.access() == Access.READ_WRITE;
    Owner owner = parts.owner();
    String file = ShellText.literal(volume.file().toString());
    String options =
        (writable ? "rw" : "ro,norecovery")
            + ",allow_other,default_permissions"
            + (owner.uid() == 0 ? ",fakeroot" : "")
            + ",offset="
            + volume.offsetBytes();
    return """
    fail() { umount -l %s 2>/dev/null; echo "$1"; exit 1; }
    exec 4%s%s || fail 'it cannot be opened'
    flock -w 5 %s 4 || fail 'another container uses it'
    %s -f -o %s %s %s </dev/null >%s 2>&1 3>&- &
    server=$!
    exec 4<&-
    up=
    while [ -z "$up" ]; do
      while read -r _ _ _ _ point _; do
        if [ "$point" = %s ]; then up=1; fi
      done </proc/self/mountinfo
      kill -0 $server 2>/dev/null || fail "fuse2fs: $(tr '\n' ' ' <%s)"
      [ -n "$up" ] || sleep 0.01
    done
    """
            .formatted(
                store(),
                writable ? "<>" : "<",
                file,
                writable ? "-x" : "-s",
                ShellText.literal(String.valueOf(Programs.find(EXT_PROGRAM))),
                options,
                file,
                store(),
                log(),
                store(),
                log())
        + (writable ? directory("upper") + directory("work") : part(parts.part()));
  }

  /// Goes where the part is, and nowhere outside of the image.
  private String part(String path) {
    return """
    part=%s
    [ -e %s"$part" ] || fail "$part doesn't exist in the image"
    [ -d %s"$part" ] || part=${part%%/*}
    cd -P %s"$part/" 2>/dev/null || fail "$part cannot be entered"
    case $(pwd -P)/ in %s/*) ;; *) fail "$part leads out of the image" ;; esac
    """
        .formatted(ShellText.literal(path), store(), store(), store(), store());
  }

  private String directory(String name) {
    String path = store() + "/" + name;
    return "[ ! -h %s ] && mkdir -p %s || fail \"its '%s' is no directory\"\n"
        .formatted(path, path, name);
  }

  private String lower(int number) {
    return place + "/lower" + number;
  }

  private String store() {
    return place + "/store";
  }

  private String log() {
    return place + "/log";
  }

  /// Makes what `mount` needs in its directory.
  int prepare(int lowerCount) {
    int result = kernel.makeDirectory(OverlayMount.AT_FDCWD, store(), 0755);
    for (int i = 0; i < lowerCount && result >= 0; i++) {
      result = kernel.makeDirectory(OverlayMount.AT_FDCWD, lower(i), 0755);
    }
    return result;
  }

  private static void check(int result, String action) throws IOException {
    if (result < 0) {
      throw new IOException(action + ": " + Errno.text(result));
    }
  }
}
