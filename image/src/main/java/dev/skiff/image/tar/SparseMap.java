package dev.skiff.image.tar;

import dev.skiff.image.MalformedImageException;
import java.util.ArrayList;
import java.util.List;

/// Which parts of a sparse file an archive holds; the rest are holes.
///
/// @param sizeBytes the file's length, holes included
/// @param parts in rising order, without overlap
/// @see <a href="https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html">sparse
///   formats</a>
record SparseMap(long sizeBytes, List<Part> parts) {

  static final int MOST_PARTS = 1 << 18; // more than fit into a PAX header

  /// A stretch that the archive holds.
  record Part(long offsetBytes, long lengthBytes) {}

  /// Checks a map against itself and against how much the archive holds.
  static SparseMap of(TarHeader header, long sizeBytes, List<Part> parts, long storedBytes)
      throws MalformedImageException {
    long end = 0;
    long stored = 0;
    List<Part> filled = new ArrayList<>();
    for (Part part : parts) {
      boolean fits =
          part.offsetBytes >= end
              && part.lengthBytes >= 0
              && part.offsetBytes <= sizeBytes
              && part.lengthBytes <= sizeBytes - part.offsetBytes;
      if (!fits) {
        throw header.malformed(
            "sparse map",
            "the part at %d of %d bytes does not fit into %d bytes after %d"
                .formatted(part.offsetBytes, part.lengthBytes, sizeBytes, end));
      }
      end = part.offsetBytes + part.lengthBytes;
      stored += part.lengthBytes;
      if (part.lengthBytes > 0) {
        filled.add(part);
      }
    }
    if (sizeBytes < 0 || stored != storedBytes) {
      throw header.malformed(
          "sparse map", "it names %d bytes, the archive holds %d".formatted(stored, storedBytes));
    }
    return new SparseMap(sizeBytes, List.copyOf(filled));
  }
}
