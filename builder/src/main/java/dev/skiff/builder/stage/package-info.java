/// A stage as layers: what its steps gave before is taken from the cache, the others run on an
/// overlay, and become layers too.
@NullMarked
package dev.skiff.builder.stage;

import org.jspecify.annotations.NullMarked;
