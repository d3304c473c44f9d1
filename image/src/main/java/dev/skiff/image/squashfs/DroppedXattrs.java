package dev.skiff.image.squashfs;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// Extended attributes that an image was to have and that the format cannot say.
///
/// @param names `system.posix_acl_access` and the like
/// @param files how many files, directories included, had any of them
public record DroppedXattrs(SortedSet<String> names, int files) {
  public DroppedXattrs {
    names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
  }
}
