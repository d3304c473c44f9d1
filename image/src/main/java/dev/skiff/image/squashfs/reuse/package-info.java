/// What need not be compressed again: contents that were stored before, and the blocks of finished
/// images. Other modules know a `RecordedImage` and its `BlockTable` of it and nothing else.
@NullMarked
package dev.skiff.image.squashfs.reuse;

import org.jspecify.annotations.NullMarked;
