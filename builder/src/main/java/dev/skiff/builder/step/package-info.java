/// The steps of a plan carried out, one after the other, on a root directory.
@NullMarked
package dev.skiff.builder.step;

import org.jspecify.annotations.NullMarked;
