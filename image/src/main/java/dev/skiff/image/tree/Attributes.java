package dev.skiff.image.tree;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What every kind of file has.
///
/// @param permissions the lower twelve bits of st_mode: rwx three times, set-uid, set-gid, sticky
/// @param uid owner, 0 to 2^32-1
/// @param gid group, 0 to 2^32-1
/// @param mtimeSeconds seconds since 1970, 0 to 2^32-1 as SquashFS stores it
/// @param xattrs full name (`user.`, `trusted.`, `security.`, `system.posix_acl_`) to value; ours
///   to keep, never changed
public record Attributes(
    int permissions, long uid, long gid, long mtimeSeconds, SortedMap<String, byte[]> xattrs) {

  /// 2^32-1: the largest id and the latest time that SquashFS can say.
  public static final long UNSIGNED_32_BIT = 0xFFFF_FFFFL;

  private static final SortedMap<String, byte[]> NO_XATTRS = Collections.emptySortedMap();

  public Attributes {
    if ((permissions & ~07777) != 0) {
      throw new IllegalArgumentException("permissions have twelve bits: %o".formatted(permissions));
    }
    checkUnsigned("uid", uid);
    checkUnsigned("gid", gid);
    mtimeSeconds = Math.clamp(mtimeSeconds, 0, UNSIGNED_32_BIT);
    xattrs = xattrs.isEmpty() ? NO_XATTRS : new TreeMap<>(xattrs);
  }

  public static Attributes of(int permissions, long uid, long gid, long mtimeSeconds) {
    return new Attributes(permissions, uid, gid, mtimeSeconds, NO_XATTRS);
  }

  private static void checkUnsigned(String field, long value) {
    if (value < 0 || value > UNSIGNED_32_BIT) {
      throw new IllegalArgumentException(field + " is not an unsigned 32-bit number: " + value);
    }
  }
}
