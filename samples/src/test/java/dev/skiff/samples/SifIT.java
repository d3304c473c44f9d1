package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// SIF files changed by hand: `skiff sif`, `skiff overlay create`, `skiff build --data`.
@Timeout(300)
final class SifIT {

  private Path directory = Path.of("/");

  @BeforeEach
  void startWithACopyOfAnImage() throws IOException {
    directory = directoryOf(HostUser.SINGLE.orSkip());
    copy("B.sif");
  }

  private void copy(String name) throws IOException {
    Path copy = directory.resolve(name);
    Files.copy(BusyboxImage.sif(), copy, StandardCopyOption.REPLACE_EXISTING);
    execute("chown", HostUser.SINGLE.account(), copy.toString());
  }

  private Outcome type(String... words) {
    return skiff(HostUser.SINGLE, directory, words);
  }

  private Outcome shell(String script) {
    return as(
        HostUser.SINGLE,
        directory,
        Map.of("SKIFF", InstalledSkiff.command().toString()),
        "",
        List.of("sh", "-c", script));
  }

  private void onlyTheseAreThere(String... names) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }

  @Test
  void anImageRunsOnAfterEveryChange() throws IOException {
    Files.writeString(directory.resolve("note"), "a note\n");
    type("sif", "add", "B.sif", "note", "--datatype", "generic", "--groupid", "1").ends(0);
    type("exec", "B.sif", "echo", "1").ends(0).prints("1\n");
    type("sif", "dump", "4", "B.sif").ends(0).prints("a note\n");
    type("sif", "del", "1", "B.sif").ends(0);
    type("exec", "B.sif", "echo", "2").ends(0).prints("2\n");
    shell("$SKIFF sif dump 3 B.sif > root.squashfs").ends(0);
    type(
            "sif",
            "add",
            "B.sif",
            "root.squashfs",
            "--datatype",
            "partition",
            "--parttype",
            "system",
            "--partfs",
            "squashfs",
            "--partarch",
            "amd64",
            "--groupid",
            "1")
        .ends(0);
    type("sif", "setprim", "1", "B.sif").ends(0);
    type("sif", "del", "3", "--zero", "B.sif").ends(0);
    type("exec", "B.sif", "echo", "3").ends(0).prints("3\n");
    type("sif", "list", "B.sif").ends(0).printsAmongOthers("FS (Squashfs/*System/amd64)");
    onlyTheseAreThere("B.sif", "note", "root.squashfs");
  }

  @Test
  void aReaderThatGoesAwayEndsADump() {
    shell("$SKIFF sif dump 3 B.sif | head -c 4").ends(0).prints("hsqs");
  }

  @Test
  void whatMayNotBeChangedIsRefused() throws IOException {
    Files.writeString(directory.resolve("note"), "a note\n");
    execute("chmod", "444", directory.resolve("B.sif").toString());
    type("sif", "add", "B.sif", "note", "--datatype", "7").ends(1).complains("permission denied");
    type("sif", "del", "1", "B.sif").ends(1).complains("permission denied");
    assertThat(Files.mismatch(directory.resolve("B.sif"), BusyboxImage.sif())).isEqualTo(-1);
    type("sif", "new", "/nowhere/x.sif").ends(1).complains("/nowhere/x.sif");
    type("sif", "list").ends(2);
    type("sif", "info", "x", "B.sif").ends(2);
  }

  @Test
  void anEditorThatIsKilledLeavesAnImageThatRuns() throws Exception {
    Path large = directory.resolve("large");
    execute("dd", "if=/dev/urandom", "of=" + large, "bs=1M", "count=300", "status=none");
    execute("chmod", "644", large.toString());
    for (int i = 0; i < 6; i++) {
      copy("B.sif");
      Process process =
          new ProcessBuilder(
                  InstalledSkiff.command().toString(),
                  "sif",
                  "add",
                  directory.resolve("B.sif").toString(),
                  large.toString(),
                  "--datatype",
                  "generic")
              .start();
      boolean ended = process.waitFor(500 + 250L * i, TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      type("exec", "B.sif", "echo", "still here").ends(0).prints("still here\n");
      Outcome list = type("sif", "list", "B.sif").ends(0);
      assertThat(list.out().contains("Generic/Raw")).as(list.out()).isIn(ended, true);
      type("sif", "del", "1", "B.sif").ends(0);
      type("exec", "B.sif", "echo", "and now").ends(0).prints("and now\n");
    }
  }

  @Test
  void dataImagesHoldWhatTheyWereMadeOf() throws IOException {
    Files.createDirectories(directory.resolve("d/e"));
    Files.writeString(directory.resolve("d/e/f"), "data\n");
    execute("chown", "-R", HostUser.SINGLE.account(), directory.resolve("d").toString());
    type("build", "--data", "one.sif", "d").ends(0);
    type("sif", "list", "one.sif").ends(0).printsAmongOthers("FS (Squashfs/Data/");
    shell("$SKIFF sif dump 2 one.sif > d.squashfs && $SKIFF build --data two.sif d.squashfs")
        .ends(0);
    shell("$SKIFF sif dump 2 two.sif | cmp - d.squashfs").ends(0);
    Outcome header = type("sif", "header", "two.sif").ends(0);
    assertThat(header.out()).doesNotContain("Primary Architecture");
    type("build", "--data", "two.sif", "d").ends(1).complains("already exists");
    type("build", "--data", "--force", "two.sif", "d").ends(0);
    type("build", "--data", "no.sif", "B.sif").ends(1).complains("neither a SquashFS image nor");
    type("build", "--data", "no.sif", "nothing").ends(1).complains("there is no file");
    type("exec", "one.sif", "true").ends(125).complains("it holds no system partition");
    onlyTheseAreThere("B.sif", "d", "d.squashfs", "one.sif", "two.sif");
  }

  @Test
  void anOverlayIsAFileSystemOfItsOwnOrPartOfTheImage() throws IOException {
    assumeTrue(
        Stream.of("/usr/sbin", "/sbin").anyMatch(f -> Files.exists(Path.of(f, "mkfs.ext3"))),
        "needs mkfs.ext3");
    type("overlay", "create", "--create-dir", "/opt/results", "a.img").ends(0);
    type("overlay", "create", "--sparse", "--fakeroot", "b.img").ends(0);
    for (String image : List.of("a.img", "b.img")) {
      assertThat(directory.resolve(image)).hasSize(64 << 20);
      execute("/usr/sbin/e2fsck", "-fn", directory.resolve(image).toString());
    }
    String owner = HostUser.SINGLE.ids().getFirst();
    assertThat(ext3("a.img", "ls -l /upper/opt")).contains(" " + owner + " ", "results");
    assertThat(ext3("b.img", "stat /work")).containsPattern("User: +0 ");
    type("overlay", "create", "a.img").ends(1).complains("EXT3 overlay image a.img already exists");
    type("overlay", "create", "B.sif").ends(0);
    type("sif", "list", "B.sif").ends(0).printsAmongOthers("FS (Ext3/Overlay/");
    type("overlay", "create", "B.sif").ends(1).complains("already exists in B.sif (ID: 4)");
    type("exec", "B.sif", "echo", "x").ends(0).prints("x\n");
    type("exec", "a.img", "true").ends(125).complains("/a.img IMAGE");
    type("sif", "del", "4", "--compact", "B.sif").ends(0);
    assertThat(directory.resolve("B.sif")).hasSize(Files.size(BusyboxImage.sif()));
    onlyTheseAreThere("B.sif", "a.img", "b.img");
  }

  private String ext3(String image, String question) {
    return execute("/usr/sbin/debugfs", "-R", question, directory.resolve(image).toString());
  }
}
