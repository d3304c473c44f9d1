package dev.skiff.image.sif;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/// The first 128 bytes of a SIF file.
///
/// @param launchScript what a kernel that executes the file starts; often `#!/usr/bin/env
///   run-singularity` and a line end, or empty
/// @param architecture of the primary system partition; `UNKNOWN` without one
/// @param createdSeconds since 1970; may be negative
/// @param modifiedSeconds since 1970; may be negative
/// @param descriptorsFree how many of the slots are unused
/// @param descriptorsTotal slots
/// @param descriptorsOffsetBytes where the slots begin
/// @param dataOffsetBytes where objects may begin
/// @param dataSizeBytes from there to the end of the last object
public record SifHeader(
    String launchScript,
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
  static final int ARCHITECTURE_OFFSET = 45;
  static final int MODIFIED_OFFSET = 72;
  static final int FREE_OFFSET = 80;
  static final int TABLE_OFFSET = 96;
  static final int DATA_SIZE_OFFSET = 120;

  /// Makes an image executable where `run-singularity` is installed.
  static final String RUN_SINGULARITY = "#!/usr/bin/env run-singularity\n";

  /// What Go writes for no time at all; files that are to be reproducible have it.
  public static final long NO_TIME_SECONDS = -62_135_596_800L;

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
        SifDescriptor.text(in, 0, MAGIC_OFFSET),
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

  /// How many bytes the slots take.
  public long descriptorsBytes() {
    return descriptorsTotal * SifDescriptor.BYTES;
  }

  /// Whether it was made without times and id, so that equal content gives equal bytes; whoever
  /// edits such a file keeps it so.
  public boolean isTimeless() {
    return id.getMostSignificantBits() == 0
        && id.getLeastSignificantBits() == 0
        && createdSeconds == NO_TIME_SECONDS
        && modifiedSeconds == NO_TIME_SECONDS;
  }

  byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put(launchScript.getBytes(StandardCharsets.UTF_8))
        .position(MAGIC_OFFSET)
        .put(MAGIC)
        .put(VERSION);
    out.put(architecture.code().getBytes(StandardCharsets.US_ASCII)).position(48);
    out.order(ByteOrder.BIG_ENDIAN);
    out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    out.order(ByteOrder.LITTLE_ENDIAN).putLong(createdSeconds).putLong(modifiedSeconds);
    out.putLong(descriptorsFree).putLong(descriptorsTotal).putLong(descriptorsOffsetBytes);
    out.putLong(descriptorsBytes());
    out.putLong(dataOffsetBytes).putLong(dataSizeBytes);
    return bytes;
  }
}
