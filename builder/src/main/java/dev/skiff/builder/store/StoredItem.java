package dev.skiff.builder.store;

import java.nio.file.Path;
import java.time.Instant;

/// One thing in the cache.
///
/// @param path a file or a directory
/// @param name for a person
/// @param sizeBytes of it with all that is in it
/// @param used when it was of use last
/// @param state whether it is there whole
public record StoredItem(
    StoredKind kind, Path path, String name, long sizeBytes, Instant used, State state) {

  /// Whether it can be used.
  public enum State {
    WHOLE,
    /// Being made, or left by a process that was ended.
    UNFINISHED
  }
}
