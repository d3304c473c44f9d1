/// `%files`: sources found by shell patterns, and copied into a root file system as `cp -rL` would,
/// without ever leaving it.
@NullMarked
package dev.skiff.builder.copy;

import org.jspecify.annotations.NullMarked;
