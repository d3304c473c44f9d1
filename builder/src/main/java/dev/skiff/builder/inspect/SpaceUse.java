package dev.skiff.builder.inspect;

import java.util.List;

/// How much room a directory takes, with all that is below it.
///
/// @param name of the directory alone; empty for the root
/// @param bytes of the files' contents
/// @param storedBytes what they take where they are stored; -1 where nobody knows
/// @param files how many, directories left out; one with several names counts once
/// @param unreadable how many directories could not be looked into
/// @param directories in it, the largest first; none below the depth that was asked for
public record SpaceUse(
    String name,
    long bytes,
    long storedBytes,
    long files,
    long unreadable,
    List<SpaceUse> directories) {

  public SpaceUse {
    directories = List.copyOf(directories);
  }

  /// One file among the largest.
  ///
  /// @param path from the root on, beginning with a slash
  public record LargeFile(String path, long bytes, long storedBytes) {}
}
