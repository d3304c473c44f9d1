/// Puts blocks, metadata and tables into an image: data and fragment blocks compressed on several
/// threads, each in the order in which it was handed over.
@NullMarked
package dev.skiff.image.squashfs.write;

import org.jspecify.annotations.NullMarked;
