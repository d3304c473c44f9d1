/// Inodes and listings of an open image: its whole tree in memory, a walk that keeps nothing, and
/// the way to a single path.
@NullMarked
package dev.skiff.image.squashfs.read.tree;

import org.jspecify.annotations.NullMarked;
