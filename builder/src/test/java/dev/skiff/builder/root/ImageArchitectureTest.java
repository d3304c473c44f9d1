package dev.skiff.builder.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ImageArchitectureTest {

  private static final Attributes PLAIN = Attributes.of(0755, 0, 0, 0);
  private static final ProgramHeader SHELL = new ProgramHeader("/bin/sh", Architecture.AMD64);

  private static Directory directory(Directory parent, String name) {
    Directory made = new Directory(PLAIN);
    parent.children().put(FileName.of(name), made);
    return made;
  }

  private static void link(Directory parent, String name, String target) {
    parent
        .children()
        .put(FileName.of(name), new Symlink(PLAIN, target.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] elf(int machine) {
    byte[] header = new byte[64];
    header[0] = 0x7f;
    header[1] = 'E';
    header[2] = 'L';
    header[3] = 'F';
    header[5] = 1;
    header[18] = (byte) machine;
    return header;
  }

  @Test
  void linksAreFollowedWithinTheTree() throws IOException {
    Directory root = new Directory(PLAIN);
    Directory usr = directory(root, "usr");
    Directory bin = directory(usr, "bin");
    link(root, "bin", "../../usr/./bin");
    link(bin, "sh", "/usr/bin/dash");
    bin.children().put(FileName.of("dash"), new RegularFile(PLAIN, FileContent.of(elf(183))));
    assertThat(ElfArchitecture.of(new FileTree(root)))
        .contains(new ProgramHeader("/bin/sh", Architecture.ARM64));
  }

  @Test
  void linksInACircleAndTextsAreNoPrograms() throws IOException {
    Directory root = new Directory(PLAIN);
    Directory bin = directory(root, "bin");
    link(bin, "sh", "bash");
    link(bin, "bash", "sh");
    bin.children()
        .put(FileName.of("busybox"), new RegularFile(PLAIN, FileContent.of(new byte[] {'#', '!'})));
    assertThat(ElfArchitecture.of(new FileTree(root))).isEmpty();
  }

  @Test
  void whatWasAskedHasToFitThePrograms() {
    assertThat(ImageArchitecture.of(Optional.of("amd64"), Optional.of(SHELL)))
        .isEqualTo(Architecture.AMD64);
    assertThat(ImageArchitecture.of(Optional.of("arm64"), Optional.empty()))
        .isEqualTo(Architecture.ARM64);
    assertThat(ImageArchitecture.of(Optional.empty(), Optional.of(SHELL)))
        .isEqualTo(Architecture.AMD64);
    assertThatThrownBy(() -> ImageArchitecture.of(Optional.of("arm64"), Optional.of(SHELL)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem().render())
                    .isEqualTo(
                        """
                        error: cannot build for 'arm64'
                          why: the image's program '/bin/sh' is for amd64
                          fix: leave out --arch, or start from an image for arm64
                        """));
  }

  @Test
  void aLabelThatDoesNotFitIsToldOf() {
    assertThat(ImageArchitecture.disagreement(Architecture.ARM64, Optional.of(SHELL))).isPresent();
    assertThat(ImageArchitecture.disagreement(Architecture.AMD64, Optional.of(SHELL))).isEmpty();
    assertThat(ImageArchitecture.disagreement(Architecture.AMD64, Optional.empty())).isEmpty();
  }
}
