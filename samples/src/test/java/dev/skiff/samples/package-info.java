/// Skiff seen from outside: the distribution is installed into a folder of its own, and typed at as
/// a person would.
@NullMarked
package dev.skiff.samples;

import org.jspecify.annotations.NullMarked;
