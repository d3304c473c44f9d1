/// What earlier builds left of their steps: each step's layer under a key of all that it depends
/// on.
@NullMarked
package dev.skiff.builder.cache;

import org.jspecify.annotations.NullMarked;
