/// Reads programs and shared libraries as far as the dynamic loader looks at them: for which
/// machine they are, what they are called, and which versions of which symbols they want and offer.
@NullMarked
package dev.skiff.runtime.elf;

import org.jspecify.annotations.NullMarked;
