package dev.skiff.runtime.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.kernel.LinuxKernel;
import dev.skiff.runtime.setup.ContainerRoot.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On the real kernel: openat2(2) needs no privilege.
class ContainerRootTest {

  @TempDir Path folder;
  private Path root;
  private Path outside;
  private final Kernel kernel = new LinuxKernel(LinuxKernel.Calls.REAL);
  private ContainerRoot container;

  @BeforeEach
  void makeRoot() throws IOException {
    assumeTrue("Linux".equals(System.getProperty("os.name")), "needs openat2(2) of Linux");
    root = Files.createDirectory(folder.resolve("root"));
    outside = Files.createDirectory(folder.resolve("outside"));
    container = new ContainerRoot(kernel, kernel.openDirectory(root.toString()));
  }

  @Test
  void missingParentsAndFilesAreMade() {
    assertThat(container.make("/a/b/c", Kind.FILE, 0644)).isPositive();
    assertThat(root.resolve("a/b/c")).isRegularFile();
  }

  @Test
  void whatStandsThereIsFoundAndNotChanged() throws IOException {
    Files.writeString(root.resolve("f"), "kept");
    assertThat(container.make("/f", Kind.FILE, 0644)).isPositive();
    assertThat(root.resolve("f")).hasContent("kept");
  }

  @Test
  void anAbsoluteLinkStaysInTheRoot() throws IOException {
    Files.createSymbolicLink(root.resolve("link"), outside);
    assertThat(container.make("/link/made", Kind.DIRECTORY, 0755)).isPositive();
    assertThat(outside).isEmptyDirectory();
    assertThat(root.resolve(outside.toString().substring(1)).resolve("made")).isDirectory();
  }

  @Test
  void dotsInALinkStayInTheRoot() throws IOException {
    Files.createSymbolicLink(root.resolve("link"), Path.of("../../../../../../outside/x"));
    assertThat(container.make("/link", Kind.FILE, 0644)).isPositive();
    assertThat(outside).isEmptyDirectory();
    assertThat(root.resolve("outside/x")).isRegularFile();
  }

  @Test
  void dotsInThePathStayInTheRoot() {
    assertThat(container.make("/../../x/../../y", Kind.DIRECTORY, 0755)).isPositive();
    assertThat(root.resolve("y")).isDirectory();
    assertThat(folder.resolve("y")).doesNotExist();
  }

  @Test
  void aDanglingLinkIsMadeWhereItPoints() throws IOException {
    Files.createDirectory(root.resolve("etc"));
    Files.createSymbolicLink(root.resolve("etc/resolv.conf"), Path.of("../run/systemd/stub.conf"));
    assertThat(container.make("/etc/resolv.conf", Kind.FILE, 0644)).isPositive();
    assertThat(root.resolve("run/systemd/stub.conf")).isRegularFile();
  }

  @Test
  void linksInACircleEnd() throws IOException {
    Files.createSymbolicLink(root.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(root.resolve("b"), Path.of("a"));
    assertThat(container.make("/a/x", Kind.FILE, 0644)).isEqualTo(-Errno.ELOOP);
  }

  @Test
  void aFileIsNoParent() throws IOException {
    Files.writeString(root.resolve("f"), "");
    assertThat(container.make("/f/x", Kind.FILE, 0644)).isEqualTo(-Errno.ENOTDIR);
  }

  @Test
  void aSymlinkIsMadeOnceAndNeverReplaced() throws IOException {
    assertThat(container.makeSymlink("/dev/fd", "/proc/self/fd")).isZero();
    assertThat(container.makeSymlink("/dev/fd", "/elsewhere")).isZero();
    Path link = root.resolve("dev/fd");
    assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(Files.readSymbolicLink(link)).hasToString("/proc/self/fd");
  }

  @Test
  void aNameWithAnAccentIsMadeAsUtf8() {
    assertThat(container.make("/données/été", Kind.DIRECTORY, 0755)).isPositive();
    assertThat(root.resolve("données/été")).isDirectory();
  }
}
