/// What an image says about itself: everything below `/.singularity.d`, the app tree `/scif`, and
/// the JSON objects of a SIF. Decided here as `ImageEntry` values, written by others.
@NullMarked
package dev.skiff.builder.metadata;

import org.jspecify.annotations.NullMarked;
