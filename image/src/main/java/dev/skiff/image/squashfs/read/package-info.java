/// An open image and what its tables say: blocks, metadata, ids, attributes and fragments, each
/// checked where it is read.
@NullMarked
package dev.skiff.image.squashfs.read;

import org.jspecify.annotations.NullMarked;
