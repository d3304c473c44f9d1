package dev.skiff.builder.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PushedScriptsTest {

  private static final Attributes PROGRAM = Attributes.of(0755, 0, 0, 7);

  private final FileTree tree = new FileTree(new Directory(PROGRAM));

  private static Directory folder(Directory parent, String name) {
    Directory folder = new Directory(PROGRAM);
    parent.children().put(FileName.of(name), folder);
    return folder;
  }

  private static void file(Directory parent, String name, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    FileNode file = new RegularFile(PROGRAM, FileContent.of(bytes));
    parent.children().put(FileName.of(name), file);
  }

  private String text(String path) throws IOException {
    if (tree.find(path).orElse(null) instanceof RegularFile file) {
      try (InputStream in = file.content().open()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  @Test
  void theEntryPointStartsCopiesUnderANameOfTheirOwn() throws IOException {
    Directory metadata = folder(tree.root(), ".singularity.d");
    file(metadata, "runscript", "#!/bin/sh\necho one\n");
    file(folder(metadata, "env"), "90-environment.sh", "export A=b\n");
    String run = PushedScripts.add(tree).orElseThrow();
    String place = run.substring(0, run.lastIndexOf('/'));
    assertThat(place).matches("/\\.singularity\\.d/pushed-[0-9a-f]{16}");
    assertThat(text(run)).contains("exec " + place + "/runscript \"$@\"");
    assertThat(text(place + "/runscript")).isEqualTo("#!/bin/sh\necho one\n");
    assertThat(text(place + "/env/90-environment.sh")).isEqualTo("export A=b\n");
    assertThat(PushedScripts.add(tree)).contains(run);

    file(metadata, "runscript", "#!/bin/sh\nexec " + run + " \"$@\"\n"); // a conversion back
    String again = PushedScripts.add(tree).orElseThrow();
    assertThat(again).isNotEqualTo(run);
    assertThat(text(again.replaceFirst("/run$", "/runscript"))).contains(run);
    assertThat(text(place + "/runscript")).isEqualTo("#!/bin/sh\necho one\n");
  }

  @Test
  void anImageWithoutARunscriptHasNoSuchEntryPoint() throws IOException {
    assertThat(PushedScripts.add(tree)).isEmpty();
    Directory _ = folder(tree.root(), ".singularity.d");
    assertThat(PushedScripts.add(tree)).isEmpty();
  }
}
