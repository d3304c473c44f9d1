package dev.skiff.image.squashfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.image.Tool;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import dev.skiff.image.tree.TreeExtractor;
import dev.skiff.image.tree.TreeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Our images read by others, and others' images read by us.
class SquashfsToolsIT {

  private static final DirectoryTree.Options AS_ON_HOST =
      new DirectoryTree.Options(DirectoryTree.Owners.AS_ON_HOST, Set.of());

  @TempDir Path folder;

  @BeforeEach
  void requireRoot() throws IOException {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid")),
        "needs root: owners and device nodes are compared");
  }

  private static void requireTool(String name) {
    assumeTrue(Tool.find(name).isPresent(), "needs " + name + " (Debian package squashfs-tools)");
  }

  private static String hostText(Path directory) throws IOException {
    return withoutLinkModes(TreeText.of(DirectoryTree.read(directory, AS_ON_HOST)));
  }

  /// Linux shows 0777 for every link.
  private static String withoutLinkModes(String text) {
    return text.replaceAll("(?m)^(\\S+ link \\S+) [0-7]+", "$1");
  }

  @ParameterizedTest
  @EnumSource
  void unsquashfsExtractsWhatWeWrote(Compression compression) throws Exception {
    requireTool("unsquashfs");
    FileTree tree = RandomTree.of(71, 500_000);
    Path image =
        Images.write(
            folder.resolve("image"), tree, SquashfsOptions.defaults().withCompression(compression));
    Path out = folder.resolve("out");
    var _ = Tool.require("unsquashfs", "-no-progress", "-d", out.toString(), image.toString());
    assertThat(TreeText.difference(hostText(out), withoutLinkModes(TreeText.of(tree)))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "LZ4", "XZ", "ZSTD"})
  void theKernelMountsWhatWeWrote(Compression compression) throws Exception {
    FileTree tree = RandomTree.of(72, 500_000);
    Path image =
        Images.write(
            folder.resolve("image"), tree, SquashfsOptions.defaults().withCompression(compression));
    Path mounted = Files.createDirectory(folder.resolve("mounted"));
    mount(image, mounted);
    try {
      assertThat(TreeText.difference(hostText(mounted), withoutLinkModes(TreeText.of(tree))))
          .isEmpty();
    } finally {
      var _ = Tool.require("umount", mounted.toString());
    }
  }

  private static void mount(Path image, Path mounted) throws Exception {
    Tool.Outcome mount =
        Tool.run("mount", "-t", "squashfs", "-o", "loop,ro", image.toString(), mounted.toString());
    assumeTrue(mount.exitCode() == 0, "the kernel does not mount this here: " + mount.output());
  }

  @Test
  void theKernelFindsNamesThroughOurDirectoryIndex() throws Exception {
    Directory large = new Directory(Attributes.of(0755, 0, 0, 0));
    for (int i = 0; i < 100_000; i++) {
      large
          .children()
          .put(
              FileName.of("entry-%06d".formatted(i)),
              new RegularFile(Attributes.of(0644, 0, 0, 0), RandomTree.content(new byte[0])));
    }
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    root.children().put(FileName.of("large"), large);
    Path image =
        Images.write(folder.resolve("image"), new FileTree(root), SquashfsOptions.defaults());
    Path mounted = Files.createDirectory(folder.resolve("mounted"));
    mount(image, mounted);
    try {
      for (int i = 0; i < 100_000; i += 97) {
        assertThat(mounted.resolve("large/entry-%06d".formatted(i))).exists();
      }
      assertThat(mounted.resolve("large/entry-1")).doesNotExist();
    } finally {
      var _ = Tool.require("umount", mounted.toString());
    }
  }

  /// mksquashfs makes one inode for each name of a symbolic link.
  private static String withoutLinkedLinks(String text) {
    Map<String, String> links = new HashMap<>();
    StringBuilder expanded = new StringBuilder();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", 3);
      if (words[1].equals("link")) {
        links.put(words[0], words[2]);
      }
      String target = words[1].equals("=") ? links.get(words[2]) : null;
      expanded.append(target == null ? line : words[0] + " link " + target).append('\n');
    }
    return expanded.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-comp gzip",
        "-comp gzip -Xcompression-level 1 -noI -noD -noF -noX",
        "-comp lzo",
        "-comp lzo -Xalgorithm lzo1x_1 -b 4096",
        "-comp lz4",
        "-comp lz4 -Xhc",
        "-comp xz",
        "-comp xz -Xbcj x86 -b 1M",
        "-comp zstd",
        "-comp zstd -Xcompression-level 1 -always-use-fragments -no-duplicates -b 8192",
        "-comp lzma",
        "-no-fragments -no-duplicates -no-exports",
        "-no-xattrs"
      })
  void weReadWhatMksquashfsWrote(String arguments) throws Exception {
    requireTool("mksquashfs");
    Path source = folder.resolve("source");
    var _ =
        TreeExtractor.extract(
            RandomTree.of(73, 500_000),
            source,
            new TreeExtractor.Options(TreeExtractor.Ownership.KEPT, Long.MAX_VALUE));
    Path image = folder.resolve("image");
    List<String> command = new ArrayList<>();
    command.addAll(List.of("mksquashfs", source.toString(), image.toString(), "-no-progress"));
    command.addAll(List.of(arguments.split(" ")));
    Tool.Outcome outcome = Tool.run(command);
    assumeTrue(
        !outcome.output().contains("is not supported"), "this mksquashfs lacks " + arguments);
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    String expected = withoutLinkedLinks(hostText(source));
    if (arguments.contains("-no-xattrs")) {
      expected = expected.replaceAll("(?m) (user|trusted|security)\\.\\S+=\\S*", "");
    }
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      assertThat(TreeText.difference(withoutLinkModes(TreeText.of(reader.tree())), expected))
          .isEmpty();
    }
  }

  @Test
  void unsquashfsListsWhatWeWrote() throws Exception {
    requireTool("unsquashfs");
    Directory root = new Directory(Attributes.of(01777, 0, 0, 86_400));
    RegularFile file =
        new RegularFile(Attributes.of(04755, 1000, 100, 86_400), RandomTree.content(new byte[5]));
    root.children().put(FileName.of("file"), file);
    Path image =
        Images.write(folder.resolve("image"), new FileTree(root), SquashfsOptions.defaults());
    assertThat(Tool.require("unsquashfs", "-lln", image.toString()).lines())
        .contains(
            "drwxrwxrwt 0/0                      27 1970-01-02 00:00 squashfs-root",
            "-rwsr-xr-x 1000/100                  5 1970-01-02 00:00 squashfs-root/file");
  }
}
