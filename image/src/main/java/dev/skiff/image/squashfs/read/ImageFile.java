package dev.skiff.image.squashfs.read;

import dev.skiff.image.squashfs.format.Extent;
import dev.skiff.image.tree.FileContent;
import java.io.IOException;
import java.io.InputStream;

/// A file's bytes where they stand in an open image. A writer of the same compression and block
/// size copies its blocks as they are.
///
/// @param sizesReference where the file's block sizes stand in the inode table
public record ImageFile(
    OpenImage image,
    long sizeBytes,
    long startBytes,
    int fragment,
    int fragmentOffset,
    long sizesReference)
    implements FileContent {

  /// Keeps the extent's parts: a tree has as many of these as files.
  public ImageFile(OpenImage image, Extent extent, long sizesReference) {
    this(
        image,
        extent.sizeBytes(),
        extent.startBytes(),
        extent.fragment(),
        extent.fragmentOffset(),
        sizesReference);
  }

  public Extent extent() {
    return new Extent(sizeBytes, startBytes, fragment, fragmentOffset);
  }

  @Override
  public InputStream open() throws IOException {
    return image.open(this);
  }
}
