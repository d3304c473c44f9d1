package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What lies over an image, and what is bound out of one: as root, and as ordinary users with and
/// without subordinate ids.
final class OverlayIT {

  private final String image = BusyboxImage.sif().toString();

  private Outcome exec(HostUser user, Path directory, String options, String script) {
    return exec(user, directory, options, image, script);
  }

  private static Outcome exec(
      HostUser user, Path directory, String options, String image, String script) {
    String[] words =
        Stream.of(
                Stream.of("exec"),
                Stream.of(options.split(" ", -1)).filter(word -> !word.isEmpty()),
                Stream.of(image, "sh", "-c", script))
            .flatMap(part -> part)
            .toArray(String[]::new);
    return skiff(user, directory, words);
  }

  /// A SquashFS image of one file.
  private static void squashfs(Path target, String file, String text) throws IOException {
    Path tree = Files.createTempDirectory("skiff-it-tree");
    Files.writeString(tree.resolve(file), text);
    execute("chmod", "-R", "a+rX", tree.toString());
    execute("mksquashfs", tree.toString(), target.toString(), "-quiet", "-no-progress");
    execute("chmod", "644", target.toString());
    execute("rm", "-rf", tree.toString());
  }

  private static boolean opensExt(HostUser user) {
    boolean loop = Files.exists(Path.of("/dev/loop-control"));
    boolean fuse =
        Files.isExecutable(Path.of("/usr/bin/fuse2fs"))
            && Files.isExecutable(Path.of("/usr/bin/fuse-overlayfs"));
    return user == HostUser.ROOT ? loop || fuse : fuse;
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void aDirectoryKeepsChanges(HostUser user) throws IOException {
    Path own = directoryOf(user.orSkip());
    String odd = "it's: a \\dir";
    for (String name : List.of("plain", odd)) {
      Path overlay = Files.createDirectory(own.resolve(name));
      execute("chown", user.ids().get(0), overlay.toString());
      skiff(user, own, "exec", "-o", name, image, "sh", "-c", "echo 1 >/new; rm /bin/tty; mkdir /a")
          .ends(0);
      assertThat(overlay.resolve("upper/new")).hasContent("1");
      assertThat(Files.getAttribute(overlay.resolve("upper/new"), "unix:uid"))
          .hasToString(user.ids().get(0));
      assertThat(overlay.resolve("work")).isDirectory();
      String look = "cat /new; ls -d /bin/tty /a 2>/dev/null; touch /no 2>/dev/null || echo ro";
      skiff(user, own, "exec", "-o", name + ":ro", image, "sh", "-c", look)
          .ends(0)
          .prints("1\n/a\nro\n");
      skiff(user, own, "exec", "-o", name + ":ro", "--writable-tmpfs", image, "sh", "-c", look)
          .ends(0)
          .prints("1\n/a\n");
    }
    exec(user, own, "", "ls /new").ends(1);
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void layersLieAboveEachOther(HostUser user) throws IOException {
    Path own = directoryOf(user.orSkip());
    squashfs(own.resolve("a.sqfs"), "f", "a\n");
    squashfs(own.resolve("b.sqfs"), "f", "b\n");
    squashfs(own.resolve("c.sqfs"), "g", "c\n");
    exec(user, own, "-o a.sqfs -o b.sqfs,c.sqfs", "cat /f /g; touch /z 2>/dev/null || echo ro")
        .ends(0)
        .prints("b\nc\nro\n");
    exec(user, own, "-o b.sqfs -o a.sqfs", "cat /f").ends(0).prints("a\n");
    exec(user, own, "-o a.sqfs --writable-tmpfs -p", "echo z >/f; cat /f").ends(0).prints("z\n");
    Map<String, String> variable = Map.of("APPTAINER_OVERLAY", "a.sqfs:ro");
    skiff(user, own, variable, "exec", image, "cat", "/f").ends(0).prints("a\n");
    assertThat(skiff(user, own, "exec", image, "cat", "/proc/self/mounts").out())
        .doesNotContain("a.sqfs");
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void anExtImageKeepsChanges(HostUser user) {
    Path own = directoryOf(user.orSkip());
    skiff(user, own, "overlay", "create", "e.img").ends(0);
    if (!opensExt(user)) {
      exec(user, own, "-o e.img", "true")
          .ends(125)
          .complains("it is an ext3 file system, and only root may mount one without fuse2fs");
      return;
    }
    exec(user, own, "-o e.img", "echo 1 >/new; rm /bin/tty; stat -c %u /new")
        .ends(0)
        .prints(user.ids().get(0) + "\n");
    exec(user, own, "-o e.img", "cat /new; ls /bin/tty 2>/dev/null; echo 2 >/new").prints("1\n");
    exec(
            user,
            own,
            "-o e.img:ro -B e.img:/in:image-src=/upper,ro",
            "cat /new /in/new; ls /bin/tty 2>/dev/null; touch /no")
        .ends(1)
        .prints("2\n2\n");
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void anExtFileIsAnImage(HostUser user) throws IOException {
    Path own = directoryOf(user.orSkip());
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/mke2fs")), "needs mke2fs");
    Path place = directoryOf(HostUser.ROOT);
    Path tree = place.resolve("tree");
    skiff(HostUser.ROOT, place, "build", "--sandbox", "tree", "localimage:" + image).ends(0);
    Path file = own.resolve("root.img");
    execute("truncate", "-s", "16M", file.toString());
    execute("/usr/sbin/mke2fs", "-q", "-t", "ext3", "-d", tree.toString(), file.toString());
    execute("chown", user.ids().get(0), file.toString());
    if (!opensExt(user)) {
      exec(user, own, "", "root.img", "true").ends(125).complains("without fuse2fs");
      return;
    }
    String script = "echo $APPTAINER_NAME $(id -u); touch /no 2>/dev/null || echo ro";
    String said = "root.img " + user.ids().get(0) + "\n";
    exec(user, own, "", "root.img", script).ends(0).prints(said + "ro\n");
    exec(user, own, "-C --writable-tmpfs", "root.img", script).ends(0).prints(said);
    skiff(user, own, "overlay", "create", "changes.img").ends(0);
    exec(user, own, "-o changes.img", "root.img", "echo 1 >/new").ends(0);
    exec(user, own, "-o changes.img", "root.img", "cat /new").ends(0).prints("1\n");
    exec(user, own, "", "changes.img", "true").ends(125).complains("it is a writable overlay");
    Outcome written = exec(user, own, "-w", "root.img", "echo 1 >/kept");
    if (user == HostUser.ROOT) {
      exec(user, own, "", "root.img", "cat /kept").ends(0).prints("1\n");
    } else {
      written.ends(125).complains("only root can change in place");
    }
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void anImageHasItsOwnOverlay(HostUser user) throws IOException {
    Path own = directoryOf(user.orSkip());
    Path sif = own.resolve("x.sif");
    Files.copy(Path.of(image), sif, StandardCopyOption.REPLACE_EXISTING);
    execute("chown", user.ids().get(0), sif.toString());
    exec(user, own, "-w", "x.sif", "true").ends(125).complains("no SIF writable overlay partition");
    skiff(user, own, "overlay", "create", "x.sif").ends(0);
    if (!opensExt(user)) {
      exec(user, own, "", "x.sif", "echo it").ends(0).prints("it\n").complains("fuse2fs");
      exec(user, own, "-w", "x.sif", "true").ends(125).complains("fuse2fs");
      return;
    }
    exec(user, own, "-w", "x.sif", "echo in >/new").ends(0);
    exec(user, own, "", "x.sif", "cat /new; touch /no 2>/dev/null || echo ro").prints("in\nro\n");
    exec(user, own, "-o x.sif:ro", image, "cat /new").ends(0).prints("in\n");
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void partOfAnImageIsBound(HostUser user) throws IOException {
    Path own = directoryOf(user.orSkip());
    Path data = Files.createDirectories(own.resolve("data/deep"));
    Files.writeString(data.resolve("f"), "f\n");
    Files.createSymbolicLink(data.resolve("out"), Path.of("/etc"));
    Files.createSymbolicLink(data.resolve("in"), Path.of("/deep"));
    execute("chmod", "-R", "a+rX", own.resolve("data").toString());
    skiff(HostUser.ROOT, own, "build", "--data", "d.sif", "data").ends(0);
    squashfs(own.resolve("a.sqfs"), "g", "g\n");
    exec(
            user,
            own,
            "-B d.sif:/d:image-src=/deep,a.sqfs:/g:image-src=/g"
                + " --mount type=bind,src=d.sif,dst=/e,image-src=/deep/in/f",
            "cat /d/f /e /g; touch /d/no 2>/dev/null || echo ro")
        .ends(0)
        .prints("f\nf\ng\nro\n");
    exec(user, own, "-B d.sif:/d:id=2", "cat /d/deep/f").ends(0).prints("f\n");
    exec(user, own, "-B d.sif:/d:image-src=/deep/out", "true")
        .ends(125)
        .complains("/deep/out doesn't exist in the image");
    exec(user, own, "-B d.sif:/d:id=7", "true").ends(125).complains("no partition 7 found");
    exec(user, own, "-B " + image + ":/d:image-src=/", "true")
        .ends(125)
        .complains("no data partition found");
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void linksInAnOverlayLeadNowhere(HostUser user) throws IOException {
    Path own = directoryOf(user.orSkip());
    Path outside = Files.createDirectories(own.resolve("outside"));
    for (String name : new String[] {"upper", "work"}) {
      Path hostile = Files.createDirectories(own.resolve("by-" + name));
      Files.createSymbolicLink(hostile.resolve(name), outside);
      execute("chown", "-R", user.ids().get(0), own.toString());
      exec(user, own, "-o by-" + name, "echo 1 >/new")
          .ends(125)
          .complains("no directory of its own");
    }
    exec(user, own, "-o by-upper:ro", "true").ends(125).complains("no directory of its own");
    Path links = Files.createDirectories(own.resolve("links/upper"));
    Files.createSymbolicLink(links.resolve("mnt2"), outside);
    Files.createSymbolicLink(links.resolve("home"), outside);
    execute("chown", "-R", "--no-dereference", user.ids().get(0), own.toString());
    // Neither /var/tmp nor the working directory may be seen, or the link leads there rightfully.
    exec(
            user,
            own,
            "-o links --no-mount tmp,cwd -B " + own + ":/mnt2/deep/dst",
            "ls /mnt2/deep/dst | grep by-work")
        .ends(0)
        .prints("by-work\n");
    assertThat(outside).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void everyMountIsExplained(HostUser user) {
    Path own = directoryOf(user.orSkip());
    Outcome outcome =
        exec(user, own, "--explain-mounts -B " + own + ":/new/dst:ro -S /scr", "echo out");
    outcome.ends(0).prints("out\n");
    assertThat(outcome.err())
        .contains("mount: " + image + " on ")
        .contains("mount: " + own + " on /new/dst (--bind): mounted read-only, destination made\n")
        .contains("mount: tmpfs on /scr (in memory): mounted\n")
        .contains("mount: /proc on /proc (default): mounted\n")
        .contains("mount: the image's, with the caller on /etc/passwd (default): mounted\n");
    exec(user, own, "--explain-mounts -B /nope:/x", "true")
        .ends(125)
        .complains("mount: /proc on /proc (default): mounted")
        .complains("mount source /nope doesn't exist");
  }

  @Test
  void memoryForChangesIsBounded() {
    Path own = directoryOf(HostUser.SINGLE.orSkip());
    String fill = "dd if=/dev/zero of=/big bs=1024k count=80 2>/dev/null; stat -c %s /big";
    exec(HostUser.SINGLE, own, "--writable-tmpfs", fill).prints(80 * 1048576 + "\n");
    Map<String, String> small = Map.of("SKIFF_TMPFS_SIZE", "8M");
    Outcome full =
        skiff(HostUser.SINGLE, own, small, "exec", "--writable-tmpfs", image, "sh", "-c", fill);
    assertThat(Long.parseLong(full.out().strip())).isLessThan(8 << 20);
  }

  @ParameterizedTest
  @EnumSource(HostUser.class)
  void whatCannotBeIsSaid(HostUser user) throws IOException {
    Path own = directoryOf(user.orSkip());
    Files.writeString(own.resolve("text"), "text");
    Files.createDirectories(own.resolve("a"));
    Files.createDirectories(own.resolve("b"));
    execute("chown", "-R", user.ids().get(0), own.toString());
    exec(user, own, "-o nope", "true").ends(125).complains("there is no '" + own + "/nope'");
    exec(user, own, "-o text", "true").ends(125).complains("neither a directory nor a SquashFS");
    exec(user, own, "-o a -o b", "true").ends(125).complains("changes can go to one place only");
    exec(user, own, "-o a -w", "true").ends(2).complains("--writable together with --overlay");
    exec(user, own, "-o a --writable-tmpfs", "true").ends(125).complains("one place only");
    exec(user, own, "-W nope -S /s", "true").ends(125).complains("named by --workdir");
    assumeTrue(user != HostUser.ROOT, "root may write everywhere");
    execute("chown", "0", own.resolve("a").toString());
    exec(user, own, "-o a", "touch /no").ends(1).complains("proceeding with read-only");
  }
}
