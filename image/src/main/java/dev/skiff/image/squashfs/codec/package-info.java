/// How single blocks of a SquashFS image are compressed and decompressed: one-shot, each block
/// alone, with every decompression bounded by the size its reader expects.
@NullMarked
package dev.skiff.image.squashfs.codec;

import org.jspecify.annotations.NullMarked;
