/// What all users of the cache directory keep to: locks between processes, who uses it just now,
/// what is in it, and what may go.
@NullMarked
package dev.skiff.builder.store;

import org.jspecify.annotations.NullMarked;
