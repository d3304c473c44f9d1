/// Looks into finished images without starting them: what they say about themselves, where they
/// came from, and what takes the room in them.
@NullMarked
package dev.skiff.builder.inspect;

import org.jspecify.annotations.NullMarked;
