/// What time an image carries, so that the same input gives the same bytes.
@NullMarked
package dev.skiff.builder.time;

import org.jspecify.annotations.NullMarked;
