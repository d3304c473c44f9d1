/// How every module tells a person that something went wrong, and what to do about it.
@NullMarked
package dev.skiff.definitions.problem;

import org.jspecify.annotations.NullMarked;
