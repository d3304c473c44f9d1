/// What this machine offers to containers, and what is in the way: facts, each with its consequence
/// and the way to a better one. Looking changes nothing.
@NullMarked
package dev.skiff.runtime.doctor;

import org.jspecify.annotations.NullMarked;
