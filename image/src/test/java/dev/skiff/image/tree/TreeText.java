package dev.skiff.image.tree;

import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.Fifo;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileNode.Socket;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// A whole tree as text, a line a path, so that two trees are equal exactly if their texts are.
public final class TreeText {

  private final StringBuilder text = new StringBuilder();
  private final IdentityHashMap<FileNode, String> seen = new IdentityHashMap<>();

  private TreeText() {}

  public static String of(FileTree tree) throws IOException {
    TreeText text = new TreeText();
    text.add("", tree.root());
    return text.text.toString();
  }

  /// The first lines in which two texts differ; empty if they are equal.
  public static String difference(String found, String wanted) {
    List<String> foundLines = found.lines().toList();
    List<String> wantedLines = wanted.lines().toList();
    for (int i = 0; i < Math.max(foundLines.size(), wantedLines.size()); i++) {
      String foundLine = i < foundLines.size() ? foundLines.get(i) : "";
      String wantedLine = i < wantedLines.size() ? wantedLines.get(i) : "";
      if (!foundLine.equals(wantedLine)) {
        return "line %d\nfound  %s\nwanted %s".formatted(i + 1, foundLine, wantedLine);
      }
    }
    return "";
  }

  private void add(String path, FileNode node) throws IOException {
    String first = seen.putIfAbsent(node, path);
    if (first != null) {
      text.append(path).append(" = ").append(first).append('\n');
      return;
    }
    text.append(path.isEmpty() ? "/" : path).append(' ').append(kind(node));
    Attributes a = node.attributes();
    text.append(" %o %d:%d %d".formatted(a.permissions(), a.uid(), a.gid(), a.mtimeSeconds()));
    for (Map.Entry<String, byte[]> xattr : a.xattrs().entrySet()) {
      text.append(' ').append(xattr.getKey()).append('=').append(hex(xattr.getValue()));
    }
    text.append('\n');
    if (node instanceof Directory directory) {
      for (Map.Entry<FileName, FileNode> child : directory.children().entrySet()) {
        add(path + "/" + escaped(child.getKey().bytes()), child.getValue());
      }
    }
  }

  private static String kind(FileNode node) throws IOException {
    return switch (node) {
      case Directory _ -> "directory";
      case RegularFile file -> "file " + file.content().sizeBytes() + " " + hash(file.content());
      case Symlink link -> "link " + escaped(link.target());
      case Device device -> "%s %d:%d".formatted(device.kind(), device.major(), device.minor());
      case Fifo _ -> "fifo";
      case Socket _ -> "socket";
    };
  }

  private static String hash(FileContent content) throws IOException {
    byte[] buffer = new byte[128 << 10];
    long size = 0;
    try (InputStream in = content.open()) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      int count;
      while ((count = in.read(buffer)) > 0) {
        digest.update(buffer, 0, count);
        size += count;
      }
      return size + " " + hex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static String escaped(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      if (b > ' ' && b < 0x7f && b != '%') {
        text.append((char) b);
      } else {
        text.append("%%%02x".formatted(b & 0xff));
      }
    }
    return text.toString();
  }
}
