package dev.skiff.image.sif;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/// The first 128 bytes of a SIF file.
///
/// @param architecture of the primary system partition; `UNKNOWN` without one
/// @param createdSeconds since 1970; may be negative
/// @param modifiedSeconds since 1970; may be negative
/// @param descriptorsFree how many of the slots are unused
/// @param descriptorsTotal slots
/// @param descriptorsOffsetBytes where the slots begin
/// @param dataOffsetBytes where objects may begin
/// @param dataSizeBytes from there to the end of the last object
public record SifHeader(
    Architecture architecture,
    UUID id,
    long createdSeconds,
    long modifiedSeconds,
    long descriptorsFree,
    long descriptorsTotal,
    long descriptorsOffsetBytes,
    long dataOffsetBytes,
    long dataSizeBytes) {

  static final int BYTES = 128;
  static final int MAGIC_OFFSET = 32;
  static final int VERSION_OFFSET = 42;
  private static final byte[] LAUNCH_SCRIPT =
      "#!/usr/bin/env run-singularity\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MAGIC = {'S', 'I', 'F', '_', 'M', 'A', 'G', 'I', 'C', 0};
  private static final byte[] VERSION = {'0', '1', 0};

  static boolean hasMagic(byte[] start) {
    return start.length >= VERSION_OFFSET
        && Arrays.equals(start, MAGIC_OFFSET, VERSION_OFFSET, MAGIC, 0, MAGIC.length);
  }

  static boolean hasVersion(byte[] start) {
    return Arrays.equals(start, VERSION_OFFSET, VERSION_OFFSET + 3, VERSION, 0, VERSION.length);
  }

  /// Reads the fields behind magic and version, unchecked.
  static SifHeader read(byte[] start) {
    ByteBuffer in = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).position(45);
    String architecture = "" + (char) in.get() + (char) in.get();
    in.position(48).order(ByteOrder.BIG_ENDIAN);
    UUID id = new UUID(in.getLong(), in.getLong());
    in.order(ByteOrder.LITTLE_ENDIAN);
    long created = in.getLong();
    long modified = in.getLong();
    long free = in.getLong();
    long total = in.getLong();
    long offset = in.getLong();
    var _ = in.getLong(); // the slots' size: 585 times their number
    return new SifHeader(
        Architecture.ofCode(architecture),
        id,
        created,
        modified,
        free,
        total,
        offset,
        in.getLong(),
        in.getLong());
  }

  byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put(LAUNCH_SCRIPT).position(MAGIC_OFFSET).put(MAGIC).put(VERSION);
    out.put(architecture.code().getBytes(StandardCharsets.US_ASCII)).position(48);
    out.order(ByteOrder.BIG_ENDIAN);
    out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    out.order(ByteOrder.LITTLE_ENDIAN).putLong(createdSeconds).putLong(modifiedSeconds);
    out.putLong(descriptorsFree).putLong(descriptorsTotal).putLong(descriptorsOffsetBytes);
    out.putLong(descriptorsTotal * SifDescriptor.BYTES);
    out.putLong(dataOffsetBytes).putLong(dataSizeBytes);
    return bytes;
  }
}
