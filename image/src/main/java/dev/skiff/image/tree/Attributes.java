package dev.skiff.image.tree;

import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What every kind of file has. A class, not a record, because a tree may have millions of them:
/// numbers of 32 bits take no more here.
public final class Attributes {

  /// 2^32-1: the largest id and the latest time that SquashFS can say.
  public static final long UNSIGNED_32_BIT = 0xFFFF_FFFFL;

  private static final SortedMap<String, byte[]> NO_XATTRS = Collections.emptySortedMap();

  private final int permissions;
  private final int uid;
  private final int gid;
  private final int mtime;
  private final SortedMap<String, byte[]> xattrs;

  /// Attributes of a file.
  ///
  /// @param permissions the lower twelve bits of st_mode: rwx three times, set-uid, set-gid, sticky
  /// @param uid owner, 0 to 2^32-1
  /// @param gid group, 0 to 2^32-1
  /// @param mtimeSeconds seconds since 1970, taken to the nearest of 0 to 2^32-1 as SquashFS stores
  ///   it
  /// @param xattrs full name (`user.`, `trusted.`, `security.`, `system.posix_acl_`) to value; ours
  ///   to keep, never changed
  public Attributes(
      int permissions, long uid, long gid, long mtimeSeconds, SortedMap<String, byte[]> xattrs) {
    if ((permissions & ~07777) != 0) {
      throw new IllegalArgumentException("permissions have twelve bits: %o".formatted(permissions));
    }
    this.permissions = permissions;
    this.uid = unsigned("uid", uid);
    this.gid = unsigned("gid", gid);
    mtime = (int) Math.clamp(mtimeSeconds, 0, UNSIGNED_32_BIT);
    this.xattrs = xattrs.isEmpty() ? NO_XATTRS : new TreeMap<>(xattrs);
  }

  /// Attributes without extended ones.
  public static Attributes of(int permissions, long uid, long gid, long mtimeSeconds) {
    return new Attributes(permissions, uid, gid, mtimeSeconds, NO_XATTRS);
  }

  private static int unsigned(String field, long value) {
    if (value < 0 || value > UNSIGNED_32_BIT) {
      throw new IllegalArgumentException(field + " is not an unsigned 32-bit number: " + value);
    }
    return (int) value;
  }

  /// The lower twelve bits of st_mode.
  public int permissions() {
    return permissions;
  }

  /// 0 to 2^32-1.
  public long uid() {
    return Integer.toUnsignedLong(uid);
  }

  /// 0 to 2^32-1.
  public long gid() {
    return Integer.toUnsignedLong(gid);
  }

  /// Since 1970, 0 to 2^32-1.
  public long mtimeSeconds() {
    return Integer.toUnsignedLong(mtime);
  }

  /// Full name to value, not to be changed.
  public SortedMap<String, byte[]> xattrs() {
    return xattrs;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Attributes that
        && permissions == that.permissions
        && uid == that.uid
        && gid == that.gid
        && mtime == that.mtime
        && sameBytes(xattrs, that.xattrs);
  }

  /// Arrays are equal to none but themselves, and so are maps of them.
  private static boolean sameBytes(
      SortedMap<String, byte[]> ones, SortedMap<String, byte[]> others) {
    return ones.keySet().equals(others.keySet())
        && ones.entrySet().stream()
            .allMatch(one -> Arrays.equals(one.getValue(), others.get(one.getKey())));
  }

  @Override
  public int hashCode() {
    return (((permissions * 31 + uid) * 31 + gid) * 31 + mtime) * 31 + xattrs.keySet().hashCode();
  }

  @Override
  public String toString() {
    return "%o %d:%d %d %s".formatted(permissions, uid(), gid(), mtimeSeconds(), xattrs.keySet());
  }
}
