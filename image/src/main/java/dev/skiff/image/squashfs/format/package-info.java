/// What reader and writer both know of SquashFS 4.0: its records and numbers, and how a block that
/// stands in an image is had. Nothing here knows of either side.
@NullMarked
package dev.skiff.image.squashfs.format;

import org.jspecify.annotations.NullMarked;
