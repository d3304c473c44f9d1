package dev.skiff.image.sif;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

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
  private static final int EXTRA_OFFSET = 201;
  private static final int GROUP_MASK = 0xF000_0000;

  /// Whether a slot holds an object at all; deleted objects leave holes.
  static boolean isUsed(ByteBuffer table, int slot) {
    return table.get(slot * BYTES + 4) != 0;
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
    String name = text(in, 73, LONGEST_NAME_BYTES);
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
        extra(type, in));
  }

  private static Extra extra(ObjectType type, ByteBuffer in) {
    int first = in.getInt(EXTRA_OFFSET);
    return switch (type) {
      case PARTITION ->
          new Extra.Partition(
              FileSystemType.ofCode(first),
              PartitionType.ofCode(in.getInt(EXTRA_OFFSET + 4)),
              Architecture.ofCode(text(in, EXTRA_OFFSET + 8, 3)));
      case SIGNATURE -> {
        byte[] fingerprint = new byte[20];
        in.get(EXTRA_OFFSET + 4, fingerprint);
        yield new Extra.Signature(first, HexFormat.of().withUpperCase().formatHex(fingerprint));
      }
      case CRYPTO_MESSAGE -> new Extra.CryptoMessage(first, in.getInt(EXTRA_OFFSET + 4));
      case SBOM -> new Extra.Sbom(first);
      case OCI_ROOT_INDEX, OCI_BLOB -> new Extra.OciDigest(text(in, EXTRA_OFFSET, 384));
      case DEFINITION_FILE, ENVIRONMENT, LABELS, JSON, GENERIC, UNKNOWN -> new Extra.None();
    };
  }

  private static String text(ByteBuffer in, int offset, int most) {
    byte[] bytes = new byte[most];
    in.get(offset, bytes);
    int length = 0;
    while (length < most && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /// A slot's bytes, of the types that `SifWriter` makes.
  byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(type.code()).put((byte) 1).putInt(id).putInt(GROUP_MASK | group);
    out.putInt(linkKind == LinkKind.GROUP ? GROUP_MASK | link : link);
    out.putLong(offsetBytes).putLong(sizeBytes).putLong(paddedSizeBytes);
    out.putLong(createdSeconds).putLong(modifiedSeconds);
    out.position(73).put(name.getBytes(StandardCharsets.UTF_8)).position(EXTRA_OFFSET);
    if (extra instanceof Extra.Partition partition) {
      out.putInt(partition.fileSystem().code()).putInt(partition.type().code());
      out.put(partition.architecture().code().getBytes(StandardCharsets.US_ASCII));
    }
    return bytes;
  }
}
