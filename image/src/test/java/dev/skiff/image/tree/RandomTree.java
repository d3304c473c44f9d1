package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/// Trees with a bit of everything, the same for the same seed.
public final class RandomTree {

  private final Random random;
  private final int largestFile;
  private final List<FileNode> linkable = new ArrayList<>();

  private RandomTree(long seed, int largestFile) {
    random = new Random(seed);
    this.largestFile = largestFile;
  }

  /// A tree of some hundred files, few of them as large as said.
  public static FileTree of(long seed, int largestFile) {
    return new FileTree(new RandomTree(seed, largestFile).directory(0));
  }

  /// Contents of a file of these bytes.
  public static FileContent content(byte[] bytes) {
    return new Bytes(List.of(bytes));
  }

  private record Bytes(List<byte[]> bytes) implements FileContent {
    @Override
    public long sizeBytes() {
      return bytes.getFirst().length;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes.getFirst());
    }
  }

  private Directory directory(int depth) {
    Directory directory = new Directory(richAttributes());
    int count = random.nextInt(depth == 0 ? 20 : 1, 30);
    for (int i = 0; i < count; i++) {
      directory.children().put(name(), node(depth));
    }
    return directory;
  }

  private FileName name() {
    byte[] bytes = new byte[random.nextInt(60) == 0 ? 255 : random.nextInt(1, 20)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(33, 256);
      if (bytes[i] == '/' || bytes[i] == '.') {
        bytes[i] = 'x';
      }
    }
    return FileName.of(bytes);
  }

  private FileNode node(int depth) {
    FileNode node =
        switch (random.nextInt(14)) {
          case 0, 1 -> depth < 3 ? directory(depth + 1) : new Fifo(attributes());
          case 2 -> new Symlink(attributes(), name().bytes());
          case 3 ->
              new Device(
                  attributes(), Device.Kind.BLOCK, random.nextInt(4096), random.nextInt(1 << 20));
          case 4 -> new Device(attributes(), Device.Kind.CHARACTER, 1, 3);
          case 5 -> new Fifo(attributes());
          case 6 -> new Socket(attributes());
          case 7 -> linkable.isEmpty() ? new Fifo(attributes()) : linkable.get(pick(linkable));
          default -> new RegularFile(fileAttributes(), content(bytes()));
        };
    if (!(node instanceof Directory)) {
      linkable.add(node);
    }
    return node;
  }

  private int pick(List<?> list) {
    return random.nextInt(list.size());
  }

  private byte[] bytes() {
    int size = random.nextInt(8) == 0 ? random.nextInt(largestFile) : random.nextInt(300);
    byte[] bytes = new byte[size];
    switch (random.nextInt(4)) {
      case 0 -> random.nextBytes(bytes);
      case 1 -> {} // zeros
      case 2 -> { // the same bytes for the same size: duplicates
        for (int i = 0; i < size; i++) {
          bytes[i] = (byte) ((i * 31) >> 3);
        }
      }
      default -> { // data between holes
        for (int i = 0; i < size; i++) {
          bytes[i] = i / 9000 % 2 == 0 ? 0 : (byte) random.nextInt(4);
        }
      }
    }
    return bytes;
  }

  /// What Linux allows on links, pipes and devices: no `user.` attributes.
  private Attributes attributes() {
    return attributes(new TreeMap<>());
  }

  private Attributes richAttributes() {
    SortedMap<String, byte[]> xattrs = new TreeMap<>();
    if (random.nextInt(6) == 0) {
      xattrs.put("user.note", ("n" + random.nextInt(3)).getBytes(StandardCharsets.UTF_8));
      xattrs.put("trusted.t", new byte[random.nextInt(40)]);
    }
    return attributes(xattrs);
  }

  private Attributes fileAttributes() {
    Attributes rich = richAttributes();
    if (random.nextInt(6) > 0) {
      return rich;
    }
    SortedMap<String, byte[]> xattrs = new TreeMap<>(rich.xattrs());
    byte[] netBindService = new byte[20];
    netBindService[3] = 2;
    netBindService[5] = 4;
    xattrs.put("security.capability", netBindService);
    return attributes(xattrs);
  }

  private Attributes attributes(SortedMap<String, byte[]> xattrs) {
    if (random.nextInt(8) == 0) {
      xattrs.put("trusted.all", new byte[] {(byte) random.nextInt(3)});
    }
    long id = random.nextInt(10) == 0 ? Attributes.UNSIGNED_32_BIT - 2 : random.nextInt(5);
    return new Attributes(
        random.nextInt(010000), id, random.nextInt(70000), random.nextLong(1L << 32), xattrs);
  }
}
