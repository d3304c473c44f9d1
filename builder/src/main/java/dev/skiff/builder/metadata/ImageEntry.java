package dev.skiff.builder.metadata;

import dev.skiff.runtime.plan.ContainerPath;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// One file that metadata adds to an image. Owner is always root, parents are made when missing.
public sealed interface ImageEntry {

  ContainerPath path();

  /// A directory, made only when nothing stands there.
  ///
  /// @param permissions the lower twelve bits of st_mode
  record Folder(ContainerPath path, int permissions) implements ImageEntry {}

  /// A text file.
  ///
  /// @param encoding turns `text` into the file's bytes
  /// @param permissions the lower twelve bits of st_mode
  /// @param present what happens to a file that stands there already
  record TextFile(
      ContainerPath path, String text, Charset encoding, int permissions, WhenPresent present)
      implements ImageEntry {}

  /// A symbolic link; one that stands there is replaced, any other kind of file is kept.
  ///
  /// @param target as readlink(2) will give it
  record Link(ContainerPath path, String target) implements ImageEntry {}

  /// What happens to a file that stands there already.
  enum WhenPresent {
    KEEP,
    REPLACE,
    /// The text follows what stands there.
    APPEND
  }

  static ImageEntry folder(String path) {
    return new Folder(new ContainerPath(path), 0755);
  }

  /// A file that is read, in UTF-8: 0644, written over what stands there.
  static ImageEntry text(String path, String text) {
    return text(path, text, StandardCharsets.UTF_8);
  }

  /// A file that is read: 0644, written over what stands there.
  static ImageEntry text(String path, String text, Charset encoding) {
    return new TextFile(new ContainerPath(path), text, encoding, 0644, WhenPresent.REPLACE);
  }

  /// A file that is run: 0755, written over what stands there.
  static ImageEntry script(String path, String text, Charset encoding) {
    return new TextFile(new ContainerPath(path), text, encoding, 0755, WhenPresent.REPLACE);
  }
}
