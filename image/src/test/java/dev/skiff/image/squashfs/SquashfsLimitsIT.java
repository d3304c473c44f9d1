package dev.skiff.image.squashfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.image.Tool;
import dev.skiff.image.squashfs.codec.Compression;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import dev.skiff.image.tree.TreeExtractor;
import dev.skiff.image.tree.TreeText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the format can say at its ends, as the kernel and other programs understand it.
class SquashfsLimitsIT {

  private static final SquashfsOptions OPTIONS = SquashfsOptions.defaults();
  private static final long LARGEST_ID = 0xFFFF_FFFFL - 1; // 2^32-1 means no id to Linux

  @TempDir Path folder;

  private static Attributes attributes(long uid) {
    return Attributes.of(0644, uid, uid, 0xFFFF_FFFFL);
  }

  private static void put(Directory directory, String name, byte[] content) {
    put(directory, FileName.of(name), content);
  }

  private static void put(Directory directory, FileName name, byte[] content) {
    directory.children().put(name, new RegularFile(attributes(0), RandomTree.content(content)));
  }

  private static Directory directory() {
    return new Directory(Attributes.of(0755, 0, 0, 0x9000_0000L));
  }

  /// Everything at once that has an end: names, targets, ids, devices, times, attributes.
  private static FileTree ends() {
    Directory root = directory();
    put(root, "n".repeat(255), new byte[] {1});
    put(root, FileName.of(new byte[] {(byte) 0xff, (byte) 0xfe, '\n', 1}), new byte[] {2});
    root.children().put(FileName.of("empty directory"), directory());
    put(root, "empty file", new byte[0]);
    byte[] target = new byte[4095];
    Arrays.fill(target, (byte) 't');
    root.children().put(FileName.of("link"), new Symlink(attributes(0), target));
    root.children()
        .put(
            FileName.of("device"),
            new Device(attributes(3), Device.Kind.BLOCK, 4095, (1 << 20) - 1));
    root.children()
        .put(FileName.of("character"), new Device(attributes(3), Device.Kind.CHARACTER, 1, 256));
    root.children().put(FileName.of("fifo"), new Fifo(attributes(LARGEST_ID)));
    root.children().put(FileName.of("socket"), new Socket(attributes(LARGEST_ID)));
    TreeMap<String, byte[]> xattrs = new TreeMap<>();
    xattrs.put("user.large", new byte[3000]);
    xattrs.put("security.capability", capability());
    for (int i = 0; i < 3; i++) {
      Attributes shared = new Attributes(0755, 0, 0, 1, xattrs);
      root.children()
          .put(
              FileName.of("shares" + i),
              new RegularFile(shared, RandomTree.content(new byte[] {9})));
    }
    return new FileTree(root);
  }

  private static byte[] capability() {
    byte[] capability = new byte[20];
    capability[3] = 2;
    capability[5] = 0x20; // CAP_NET_RAW, permitted
    return capability;
  }

  private static String withoutLinkModes(String text) {
    return text.replaceAll("(?m)^(\\S+ link \\S+) [0-7]+", "$1");
  }

  private static String hostText(Path directory) throws IOException {
    DirectoryTree.Options asOnHost =
        new DirectoryTree.Options(DirectoryTree.Owners.AS_ON_HOST, Set.of());
    return withoutLinkModes(TreeText.of(DirectoryTree.read(directory, asOnHost)));
  }

  private interface Look {
    void at(Path mounted) throws Exception;
  }

  private void mounted(Path image, Look look) throws Exception {
    Path mounted = Files.createDirectory(folder.resolve("mounted"));
    Tool.Outcome mount =
        Tool.run("mount", "-t", "squashfs", "-o", "loop,ro", image.toString(), mounted.toString());
    assumeTrue(mount.exitCode() == 0, "the kernel does not mount this here: " + mount.output());
    try {
      look.at(mounted);
    } finally {
      var _ = Tool.require("umount", mounted.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"NONE, 4096", "GZIP, 4096", "LZ4, 65536", "XZ, 1048576", "ZSTD, 1048576"})
  void theKernelShowsTheEnds(Compression compression, int blockSize) throws Exception {
    SquashfsOptions options = OPTIONS.withCompression(compression).withBlockSizeBytes(blockSize);
    Path image = Images.write(folder.resolve("image"), ends(), options);
    mounted(
        image,
        directory ->
            assertThat(
                    TreeText.difference(hostText(directory), withoutLinkModes(TreeText.of(ends()))))
                .isEmpty());
  }

  @Test
  void anEmptyImageIsMounted() throws Exception {
    Path image = Images.write(folder.resolve("image"), new FileTree(directory()), OPTIONS);
    mounted(image, directory -> assertThat(directory).isEmptyDirectory());
  }

  @Test
  void tensOfThousandsOfOwnersAreKeptAndOneMoreThanThereAreNumbersIsRefused() throws Exception {
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    for (int i = 1; i < 65_535; i++) {
      root.children()
          .put(
              FileName.of("f" + i),
              new RegularFile(
                  Attributes.of(0644, i * 60_000L, 0, 0), RandomTree.content(new byte[0])));
    }
    FileTree tree = new FileTree(root);
    Path image = Images.write(folder.resolve("image"), tree, OPTIONS);
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      assertThat(reader.tree().find("f65534").orElseThrow().attributes().uid())
          .isEqualTo(65_534 * 60_000L);
    }
    mounted(
        image,
        directory ->
            assertThat(Files.getAttribute(directory.resolve("f65534"), "unix:uid"))
                .isEqualTo((int) (65_534 * 60_000L)));
    put(root, "one", new byte[0]);
    root.children().put(FileName.of("more"), new Fifo(Attributes.of(0644, 7, 0, 0)));
    assertThatThrownBy(() -> Images.write(folder.resolve("refused"), tree, OPTIONS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("65535 different user and group ids");
  }

  /// Zeros around a stretch that is none, which begins beyond 4 GiB.
  private record Far(long sizeBytes) implements FileContent {
    static final long HOLE = (4L << 30) + 12_345;

    @Override
    public InputStream open() {
      byte[] marked = "here".getBytes(StandardCharsets.UTF_8);
      InputStream start = new Zeros(HOLE);
      InputStream middle = new ByteArrayInputStream(marked);
      InputStream end = new Zeros(sizeBytes - HOLE - marked.length);
      return new SequenceInputStream(start, new SequenceInputStream(middle, end));
    }
  }

  private static final class Zeros extends InputStream {
    private long left;

    private Zeros(long size) {
      left = size;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      int count = (int) Math.min(left, length);
      Arrays.fill(bytes, offset, offset + count, (byte) 0);
      left -= count;
      return count == 0 ? -1 : count;
    }
  }

  @Test
  void theKernelReadsBeyondFourGibibytesOfAFile() throws Exception {
    Directory root = directory();
    root.children()
        .put(FileName.of("far"), new RegularFile(attributes(0), new Far(Far.HOLE + 500_000)));
    Path image =
        Images.write(
            folder.resolve("image"), new FileTree(root), OPTIONS.withBlockSizeBytes(1 << 20));
    mounted(
        image,
        directory -> {
          Path far = directory.resolve("far");
          assertThat(Files.size(far)).isEqualTo(Far.HOLE + 500_000);
          try (var channel = Files.newByteChannel(far)) {
            var bytes = ByteBuffer.allocate(6);
            var _ = channel.position(Far.HOLE - 1).read(bytes);
            assertThat(new String(bytes.array(), StandardCharsets.UTF_8)).isEqualTo("\0here\0");
          }
        });
  }

  @Test
  void otherProgramsFindNoDifference() throws Exception {
    assumeTrue(Tool.find("sqfsdiff").isPresent(), "needs sqfsdiff (Debian: squashfs-tools-ng)");
    assumeTrue(Tool.find("mksquashfs").isPresent(), "needs mksquashfs (Debian: squashfs-tools)");
    FileTree tree = RandomTree.of(81, 300_000);
    Path ours = Images.write(folder.resolve("ours"), tree, OPTIONS);
    Path source = folder.resolve("source");
    var _ =
        TreeExtractor.extract(
            tree, source, new TreeExtractor.Options(TreeExtractor.Ownership.KEPT, Long.MAX_VALUE));
    Path theirs = folder.resolve("theirs");
    var _ = Tool.require("mksquashfs", source.toString(), theirs.toString(), "-no-progress");
    Tool.Outcome outcome =
        Tool.run("sqfsdiff", "-a", ours.toString(), "-b", theirs.toString(), "-T", "-P");
    // Which of two ways to say the same of an inode is used is up to the writer.
    assertThat(outcome.output().lines().filter(line -> !line.endsWith("has an extended type")))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "lz4", "xz", "zstd", "lzma", "lzo"})
  void weReadWhatTheOtherWriterMakesOfATar(String compressor) throws Exception {
    assumeTrue(Tool.find("tar2sqfs").isPresent(), "needs tar2sqfs (Debian: squashfs-tools-ng)");
    Path source = Files.createDirectory(folder.resolve("source"));
    Random random = new Random(82);
    for (int i = 0; i < 60; i++) {
      byte[] bytes = new byte[random.nextInt(400_000)];
      random.nextBytes(bytes);
      Files.write(source.resolve("f" + i), i % 2 == 0 ? bytes : new byte[bytes.length]);
    }
    Path tar = folder.resolve("tar");
    var _ = Tool.require("tar", "-cf", tar.toString(), "-C", source.toString(), ".");
    Path image = folder.resolve("image");
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "exec tar2sqfs -q -c $0 $1 <$2 2>&1"));
    command.addAll(List.of(compressor, image.toString(), tar.toString()));
    Tool.Outcome made = Tool.run(command);
    assumeTrue(made.exitCode() == 0, "tar2sqfs lacks " + compressor + ": " + made.output());
    Path out = folder.resolve("out");
    try (SquashfsReader reader = SquashfsReader.open(image)) {
      var _ = reader.extract(out, TreeExtractor.Ownership.CALLER);
    }
    var _ = Tool.require("diff", "-r", source.toString(), out.toString());
  }
}
