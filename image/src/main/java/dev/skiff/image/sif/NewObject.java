package dev.skiff.image.sif;

import dev.skiff.image.sif.SifDescriptor.LinkKind;
import java.nio.charset.StandardCharsets;

/// What an object that is added to a SIF file is; its bytes come separately.
///
/// @param group 0 for none
/// @param link an object's id or a group's number, 0 for none
/// @param alignment its offset is a multiple of this, 1 or more
/// @param name at most 128 bytes, often empty
/// @param extra `None` for an OCI object: its digest is taken while it is written
public record NewObject(
    ObjectType type,
    int group,
    int link,
    LinkKind linkKind,
    int alignment,
    String name,
    Extra extra) {

  /// Where file systems begin.
  public static final int PARTITION_ALIGNMENT = 4096;

  private static final int LARGEST_GROUP = 0x0FFF_FFFF;

  public NewObject {
    if (group < 0 || group > LARGEST_GROUP || link < 0 || link > LARGEST_GROUP) {
      throw new IllegalArgumentException("group and link are 0 to " + LARGEST_GROUP);
    }
    if (alignment < 1) {
      throw new IllegalArgumentException("an alignment is 1 or more: " + alignment);
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > SifDescriptor.LONGEST_NAME_BYTES) {
      throw new IllegalArgumentException("a name has at most 128 bytes");
    }
  }

  /// An object of group 1, without name or link, aligned as its type wants it.
  public static NewObject of(ObjectType type, Extra extra) {
    int alignment = type == ObjectType.PARTITION ? PARTITION_ALIGNMENT : 1;
    return new NewObject(type, 1, 0, LinkKind.OBJECT, alignment, "", extra);
  }

  boolean isPrimary() {
    return extra instanceof Extra.Partition partition
        && partition.type() == PartitionType.PRIMARY_SYSTEM;
  }

  /// The descriptor, without the time and size that writing it will tell.
  SifDescriptor at(int id, long offsetBytes, long createdSeconds) {
    return new SifDescriptor(
        type,
        id,
        group,
        link,
        linkKind,
        offsetBytes,
        0,
        0,
        createdSeconds,
        createdSeconds,
        name,
        extra);
  }
}
