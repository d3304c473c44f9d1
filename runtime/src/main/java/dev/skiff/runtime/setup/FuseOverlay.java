package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep.Access;
import dev.skiff.runtime.plan.SetupStep.MountVolume;
import dev.skiff.runtime.plan.SetupStep.Owner;
import dev.skiff.runtime.plan.ShellText;
import java.io.IOException;
import java.util.ArrayList;
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

  /// What an overlay is made of.
  sealed interface Part {}

  /// A tree to attach, the caller's to close.
  record Tree(int fd) implements Part {}

  /// An ext3 image, of which `upper` counts.
  record Image(MountVolume volume) implements Part {}

  /// All of an overlay.
  ///
  /// @param lower the uppermost first
  /// @param changes where `upper` and `work` are, or null to show one image for reading
  /// @param shown what of that image is shown, from its root; a file's directory in its place
  record Parts(List<Part> lower, @Nullable Part changes, String shown, Owner owner) {
    Parts {
      lower = List.copyOf(lower);
    }

    List<Part> all() {
      List<Part> all = new ArrayList<>(lower);
      if (changes != null) {
        all.add(changes);
      }
      return all;
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
        check(shell.mount(PROGRAM, target, parts.changes() == null ? MS_RDONLY : 0), "mounting it");
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
    List<Part> all = parts.all();
    for (int i = 0; i < all.size() && result >= 0; i++) {
      if (all.get(i) instanceof Tree tree) {
        result = attach(tree.fd(), part(i));
      }
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
    for (int i = 0; i < parts.all().size(); i++) {
      result = Math.min(result, kernel.unmount(part(i), MNT_DETACH));
    }
    return result;
  }

  private String script(Parts parts) {
    StringBuilder script = new StringBuilder(functions(parts));
    StringBuilder lower = new StringBuilder();
    List<Part> all = parts.all();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i) instanceof Image(MountVolume volume)) {
        script.append(server(volume, parts.owner(), part(i)));
      }
    }
    for (int i = 0; i < parts.lower().size(); i++) {
      boolean image = parts.lower().get(i) instanceof Image;
      if (image && parts.changes() != null) {
        script.append("directory %s/upper\n".formatted(part(i)));
      }
      lower.append(lower.isEmpty() ? "" : ":").append(part(i)).append(image ? "/upper" : "");
    }
    String changes = part(parts.lower().size());
    if (parts.changes() instanceof Image) {
      script.append("directory %s/upper\ndirectory %s/work\n".formatted(changes, changes));
    }
    String layers =
        parts.changes() == null
            ? "lowerdir=." // the script goes there: its name may hold anything
            : "lowerdir=" + lower + ",upperdir=" + changes + "/upper,workdir=" + changes + "/work";
    // fuse2fs answers the question for ACLs with an error, on which all files of others would fail.
    String options =
        layers
            + mapping("uidmapping", parts.owner().uid())
            + mapping("gidmapping", parts.owner().gid())
            + ",noacl";
    return script
        + (parts.changes() == null ? shown(parts.shown(), part(0)) : "")
        + "echo mounted\nexec "
        + ShellText.literal(String.valueOf(Programs.find(PROGRAM)))
        + " -f -o "
        + ShellText.literal(options)
        + " /dev/fd/3 </dev/null >"
        + log()
        + " 2>&1\n";
  }

  private String functions(Parts parts) {
    StringBuilder places = new StringBuilder();
    for (int i = 0; i < parts.all().size(); i++) {
      places.append(" ").append(part(i));
    }
    return """
    fail() { umount -l%s 2>/dev/null; echo "$1"; exit 1; }
    directory() {
      [ ! -h "$1" ] && { [ -d "$1" ] || mkdir "$1"; } || fail "its '${1##*/}' is no directory"
    }
    """
        .formatted(places);
  }

  private static String mapping(String option, long id) {
    return id == 0 ? "" : "," + option + "=" + id + ":0:1";
  }

  /// Starts `fuse2fs` and waits until its mount stands. It alone keeps the lock.
  private String server(MountVolume volume, Owner owner, String place) {
    boolean writable = volume.access() == Access.READ_WRITE;
    String file = ShellText.literal(volume.file().toString());
    String options =
        (writable ? "rw" : "ro,norecovery")
            + ",allow_other,default_permissions"
            + (owner.uid() == 0 ? ",fakeroot" : "")
            + ",offset="
            + volume.offsetBytes();
    return """
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
            writable ? "<>" : "<",
            file,
            writable ? "-x" : "-s",
            ShellText.literal(String.valueOf(Programs.find(EXT_PROGRAM))),
            options,
            file,
            place,
            log(),
            place,
            log());
  }

  /// Goes where the shown part is, and nowhere outside of the image.
  private static String shown(String path, String image) {
    return """
    part=%s
    [ -e %s"$part" ] || fail "$part doesn't exist in the image"
    [ -d %s"$part" ] || part=${part%%/*}
    cd -P %s"$part/" 2>/dev/null || fail "$part cannot be entered"
    case $(pwd -P)/ in %s/*) ;; *) fail "$part leads out of the image" ;; esac
    """
        .formatted(ShellText.literal(path), image, image, image, image);
  }

  private String part(int number) {
    return place + "/part" + number;
  }

  private String log() {
    return place + "/log";
  }

  /// Makes what `mount` needs in its directory.
  int prepare(int partCount) {
    int result = 0;
    for (int i = 0; i < partCount && result >= 0; i++) {
      result = kernel.makeDirectory(OverlayMount.AT_FDCWD, part(i), 0755);
    }
    return result;
  }

  private static void check(int result, String action) throws IOException {
    if (result < 0) {
      throw new IOException(action + ": " + Errno.text(result));
    }
  }
}
