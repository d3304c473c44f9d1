package dev.skiff.image.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.image.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an ordinary user extracts, among it directories that are closed to their owner.
class UnprivilegedExtractionIT {

  private static final String NOBODY = "65534";

  @TempDir Path folder;

  @BeforeEach
  void requireRootAndTools() throws IOException {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid")),
        "needs root to become another user");
    assumeTrue(Tool.find("setpriv").isPresent(), "needs setpriv (Debian package util-linux)");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void copyClasses(String marker, Path target) throws Exception {
    Path source =
        Path.of(Class.forName(marker).getProtectionDomain().getCodeSource().getLocation().toURI());
    var _ = Tool.require("cp", "-r", source.toString(), target.toString());
    var _ = Tool.require("chmod", "-R", "a+rX", target.toString());
  }

  @Test
  void anOrdinaryUserGetsAllButDevicesAndPrivilegedAttributes() throws Exception {
    Path classes = folder.resolve("classes");
    Path tests = folder.resolve("tests");
    copyClasses(TreeExtractor.class.getName(), classes);
    copyClasses(ExtractAsCaller.class.getName(), tests);
    Path out = Files.createDirectory(folder.resolve("out"));
    Files.setAttribute(out, "unix:uid", Integer.valueOf(NOBODY));
    var _ =
        Tool.require(
            "setpriv",
            "--reuid=" + NOBODY,
            "--regid=" + NOBODY,
            "--clear-groups",
            "--inh-caps=-all",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classes + ":" + tests,
            ExtractAsCaller.class.getName(),
            out.toString(),
            "41",
            "42",
            "43");
    DirectoryTree.Options options = new DirectoryTree.Options(DirectoryTree.Owners.ROOT, Set.of());
    for (long seed = 41; seed <= 43; seed++) {
      FileTree read = DirectoryTree.read(out.resolve(Long.toString(seed)), options);
      assertThat(TreeText.difference(asSeen(read), asSeen(RandomTree.of(seed, 100_000)))).isEmpty();
    }
  }

  /// What an ordinary user cannot set: owners, privileged attributes, devices, links' modes, and
  /// the set-group-id bit of files.
  private static String asSeen(FileTree tree) throws IOException {
    return TreeText.of(tree)
        .replaceAll("(?m) \\d+:\\d+ (\\d+)", " $1")
        .replaceAll("(?m) (?:trusted|security)\\.\\S+=[0-9a-f]*", "")
        .replaceAll("(?m)^(\\S+ link \\S+) [0-7]+", "$1")
        .replaceAll("(?m)^\\S+ (?:BLOCK|CHARACTER|=) .*\\n", "");
  }
}
