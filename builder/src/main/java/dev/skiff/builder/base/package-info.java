/// Where a stage starts: each `Base` unpacked into a root directory.
@NullMarked
package dev.skiff.builder.base;

import org.jspecify.annotations.NullMarked;
