package dev.skiff.image.tar.listing;

import dev.skiff.image.tar.TarEntry;
import dev.skiff.image.tar.TarEntry.DirectoryEntry;
import dev.skiff.image.tar.TarEntry.FileEntry;
import dev.skiff.image.tar.TarEntry.LinkEntry;
import dev.skiff.image.tar.TarEntry.NodeEntry;
import dev.skiff.image.tar.TarPath;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Symlink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// Puts entries one behind the other: a byte for the kind, the path as what it shares with the one
/// before and the rest, attributes, and what the kind has besides. Numbers are LEB128, unsigned.
final class EntryWriter {

  static final int DIRECTORY = 0;
  static final int FILE = 1;
  static final int LINK = 2;
  static final int SYMLINK = 3;
  static final int CHARACTER_DEVICE = 4;
  static final int BLOCK_DEVICE = 5;
  static final int FIFO = 6;
  static final int SOCKET = 7;

  private byte[] bytes = new byte[1 << 12];
  private int size;
  private byte[] lastPath = {};

  int size() {
    return size;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  void write(TarEntry entry) {
    switch (entry) {
      case DirectoryEntry(TarPath path, Attributes attributes) ->
          start(DIRECTORY, path, attributes);
      case FileEntry(TarPath path, Attributes attributes, long sizeBytes, long storedBytes) -> {
        start(FILE, path, attributes);
        number(sizeBytes);
        number(storedBytes);
      }
      case LinkEntry(TarPath path, TarPath target) -> {
        octet(LINK);
        path(path);
        field(joined(target));
      }
      case NodeEntry(TarPath path, FileNode node) -> node(path, node);
    }
  }

  private void node(TarPath path, FileNode node) {
    Attributes attributes = node.attributes();
    switch (node) {
      case Symlink link -> {
        start(SYMLINK, path, attributes);
        field(link.target());
      }
      case Device device -> {
        boolean block = device.kind() == Device.Kind.BLOCK;
        start(block ? BLOCK_DEVICE : CHARACTER_DEVICE, path, attributes);
        number(device.major());
        number(device.minor());
      }
      case FileNode.Fifo _ -> start(FIFO, path, attributes);
      case FileNode.Socket _ -> start(SOCKET, path, attributes);
      case FileNode.Directory _, FileNode.RegularFile _ ->
          throw new IllegalArgumentException("an archive has entries of their own for these");
    }
  }

  private void start(int kind, TarPath path, Attributes attributes) {
    octet(kind);
    path(path);
    number(attributes.permissions());
    number(attributes.uid());
    number(attributes.gid());
    number(attributes.mtimeSeconds());
    number(attributes.xattrs().size());
    for (Map.Entry<String, byte[]> xattr : attributes.xattrs().entrySet()) {
      field(xattr.getKey().getBytes(StandardCharsets.UTF_8));
      field(xattr.getValue());
    }
  }

  private void path(TarPath path) {
    byte[] joined = joined(path);
    int shared = Arrays.mismatch(joined, lastPath);
    shared = shared < 0 ? joined.length : shared;
    number(shared);
    number(joined.length - shared);
    raw(joined, shared, joined.length - shared);
    lastPath = joined;
  }

  private static byte[] joined(TarPath path) {
    int length = Math.max(0, path.parts().size() - 1);
    for (FileName part : path.parts()) {
      length += part.length();
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (FileName part : path.parts()) {
      if (at > 0) {
        joined[at++] = '/';
      }
      System.arraycopy(part.bytes(), 0, joined, at, part.length());
      at += part.length();
    }
    return joined;
  }

  private void field(byte[] value) {
    number(value.length);
    raw(value, 0, value.length);
  }

  private void number(long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      octet((int) (left & 0x7F) | 0x80);
      left >>>= 7;
    }
    octet((int) left);
  }

  private void octet(int value) {
    grow(1);
    bytes[size++] = (byte) value;
  }

  private void raw(byte[] value, int offset, int length) {
    grow(length);
    System.arraycopy(value, offset, bytes, size, length);
    size += length;
  }

  private void grow(int more) {
    if (more > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
