/// Encodes a tree into inodes and listings, with the ids and extended attributes that these name.
@NullMarked
package dev.skiff.image.squashfs.write.tree;

import org.jspecify.annotations.NullMarked;
