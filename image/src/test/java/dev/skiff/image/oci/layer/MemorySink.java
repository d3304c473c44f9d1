package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.ContentKey;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import dev.skiff.image.tree.FileTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/// Keeps contents in memory, and shows a tree as lines of text.
final class MemorySink implements ContentSink {

  private final List<String> stored = new ArrayList<>();
  private final Map<ContentKey, FileContent> known = new HashMap<>();

  /// What was stored, in order.
  List<String> stored() {
    return stored;
  }

  private static FileContent content(byte[] bytes) {
    return new FileContent() {
      @Override
      public long sizeBytes() {
        return bytes.length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes);
      }

      @Override
      public Optional<ContentKey> key() {
        return Optional.of(keyOf(bytes));
      }
    };
  }

  private static ContentKey keyOf(byte[] bytes) {
    try {
      ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
      return new ContentKey(
          bytes.length, hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Optional<FileContent> known(ContentKey key) {
    return Optional.ofNullable(known.get(key));
  }

  /// Knows some of the contents no more.
  void forget(Random random) {
    known.keySet().removeIf(_ -> random.nextInt(4) == 0);
  }

  @Override
  public FileContent store(InputStream in, long sizeBytes) throws IOException {
    byte[] bytes = in.readAllBytes();
    if (bytes.length != sizeBytes) {
      throw new IOException("told %d, got %d".formatted(sizeBytes, bytes.length));
    }
    stored.add(new String(bytes, StandardCharsets.UTF_8));
    FileContent content = content(bytes);
    known.put(keyOf(bytes), content);
    return content;
  }

  /// Path to `kind mode [mtime of directories] content`, hard links as `= first path`.
  static SortedMap<String, String> lines(FileTree tree) throws IOException {
    SortedMap<String, String> lines = new TreeMap<>();
    add(lines, new HashMap<>(), "", tree.root());
    return lines;
  }

  private static void add(
      SortedMap<String, String> lines, Map<FileNode, String> seen, String path, FileNode node)
      throws IOException {
    if (node instanceof RegularFile || node instanceof Symlink) {
      String first = seen.putIfAbsent(node, path);
      if (first != null) {
        lines.put(path, "= " + first);
        return;
      }
    }
    lines.put(path, line(node));
    if (node instanceof Directory directory) {
      for (Map.Entry<FileName, FileNode> child : directory.children().entrySet()) {
        add(lines, seen, path + "/" + child.getKey(), child.getValue());
      }
    }
  }

  private static String line(FileNode node) throws IOException {
    Attributes a = node.attributes();
    return switch (node) {
      case Directory _ -> "d%04o %d".formatted(a.permissions(), a.mtimeSeconds());
      case RegularFile file -> "f%04o %s".formatted(a.permissions(), text(file.content()));
      case Symlink link -> "l -> " + new String(link.target(), StandardCharsets.UTF_8);
      case Device device -> "%s %d,%d".formatted(device.kind(), device.major(), device.minor());
      case Fifo _ -> "p%04o".formatted(a.permissions());
      case Socket _ -> "s%04o".formatted(a.permissions());
    };
  }

  private static String text(FileContent content) throws IOException {
    try (InputStream in = content.open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
