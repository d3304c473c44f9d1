package dev.skiff.image.oci.layer;

import dev.skiff.image.tree.ContentKey;
import dev.skiff.image.tree.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// Takes the bytes of regular files while layers are merged. A writer of a file system compresses
/// and places them at once; the tree then holds what it answered.
@FunctionalInterface
public interface ContentSink {

  /// Stores one file's bytes. Called from one thread, one file at a time.
  ///
  /// @param in ends after exactly `sizeBytes` bytes, else throws; the sink reads it to the end
  ///   within the call and does not close it
  /// @param sizeBytes 0 or more
  FileContent store(InputStream in, long sizeBytes) throws IOException;

  /// What `store` would answer for the file that a key names, without its bytes; nothing if they
  /// are needed. Called like `store`, and in its place.
  default Optional<FileContent> known(ContentKey key) throws IOException {
    return Optional.empty();
  }
}
