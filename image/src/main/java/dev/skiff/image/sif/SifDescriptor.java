package dev.skiff.image.sif;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One object of a SIF file.
///
/// @param id 1 or more: the slot's number
/// @param group 0 for none
/// @param link an object's id or a group's number, 0 for none
/// @param linkKind what `link` names
/// @param offsetBytes from the file's start
/// @param paddedSizeBytes the size and the gap before the object
/// @param createdSeconds since 1970; may be negative
/// @param modifiedSeconds since 1970; may be negative
/// @param name often empty
public record SifDescriptor(
    ObjectType type,
    int id,
    int group,
    int link,
    LinkKind linkKind,
    long offsetBytes,
    long sizeBytes,
    long paddedSizeBytes,
    long createdSeconds,
    long modifiedSeconds,
    String name,
    Extra extra) {

  /// What a link names.
  public enum LinkKind {
    OBJECT,
    GROUP
  }

  static final int BYTES = 585;
  static final int LONGEST_NAME_BYTES = 128;
  static final int USED_OFFSET = 4;
  static final int MODIFIED_OFFSET = 49;
  static final int NAME_OFFSET = 73;
  static final int EXTRA_OFFSET = 201;
  private static final int GROUP_MASK = 0xF000_0000;

  /// The used slots of a table, unchecked, in order; deleted objects leave holes.
  static List<SifDescriptor> readAll(byte[] table) {
    ByteBuffer slots = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    List<SifDescriptor> used = new ArrayList<>();
    for (int slot = 0; slot < table.length / BYTES; slot++) {
      if (isUsed(slots, slot)) {
        used.add(read(slots, slot));
      }
    }
    return List.copyOf(used);
  }

  /// Whether a slot holds an object at all.
  static boolean isUsed(ByteBuffer table, int slot) {
    return table.get(slot * BYTES + USED_OFFSET) != 0;
  }

  /// Reads a used slot, unchecked.
  static SifDescriptor read(ByteBuffer table, int slot) {
    ByteBuffer in = table.slice(slot * BYTES, BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ObjectType type = ObjectType.ofCode(in.getInt());
    int id = in.position(5).getInt();
    int group = in.getInt() & ~GROUP_MASK;
    int link = in.getInt();
    LinkKind linkKind = (link & GROUP_MASK) == GROUP_MASK ? LinkKind.GROUP : LinkKind.OBJECT;
    long offset = in.getLong();
    long size = in.getLong();
    long paddedSize = in.getLong();
    long created = in.getLong();
    long modified = in.getLong();
    String name = text(in, NAME_OFFSET, LONGEST_NAME_BYTES);
    return new SifDescriptor(
        type,
        id,
        group,
        link & ~GROUP_MASK,
        linkKind,
        offset,
        size,
        paddedSize,
        created,
        modified,
        name,
        Extra.read(type, in.slice(EXTRA_OFFSET, Extra.BYTES).order(ByteOrder.LITTLE_ENDIAN)));
  }

  /// The text of a field that NULs pad.
  static String text(ByteBuffer in, int offset, int most) {
    byte[] bytes = new byte[most];
    in.get(offset, bytes);
    int length = 0;
    while (length < most && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /// Whether another object's signature, or a key, speaks of this one: a link to it or its group.
  public boolean isLinkedFrom(SifDescriptor other) {
    return switch (other.linkKind) {
      case OBJECT -> other.link == id;
      case GROUP -> group != 0 && other.link == group;
    };
  }

  /// The same, once it is known how long it is.
  SifDescriptor sized(long size, long paddedSize, Extra known) {
    return new SifDescriptor(
        type,
        id,
        group,
        link,
        linkKind,
        offsetBytes,
        size,
        paddedSize,
        createdSeconds,
        modifiedSeconds,
        name,
        known);
  }

  /// A slot's bytes; what a record does not hold is zero.
  byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(type.code()).put((byte) 1).putInt(id).putInt(GROUP_MASK | group);
    out.putInt(linkKind == LinkKind.GROUP ? GROUP_MASK | link : link);
    out.putLong(offsetBytes).putLong(sizeBytes).putLong(paddedSizeBytes);
    out.putLong(createdSeconds).putLong(modifiedSeconds);
    out.position(NAME_OFFSET).put(name.getBytes(StandardCharsets.UTF_8));
    extra.write(out.position(EXTRA_OFFSET));
    return bytes;
  }
}
