/// Locks between processes, and whether other machines see them.
@NullMarked
package dev.skiff.builder.lock;

import org.jspecify.annotations.NullMarked;
