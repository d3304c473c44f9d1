/// Undoes gzip, the compression of nearly every image layer, half as fast again as zlib does: this
/// is what a conversion waits for. Formats: RFC 1952 (gzip) and RFC 1951 (deflate).
@NullMarked
package dev.skiff.image.gzip;

import org.jspecify.annotations.NullMarked;
