/// What was looked at while a start was planned, so that a later one can look again.
@NullMarked
package dev.skiff.runtime.seen;

import org.jspecify.annotations.NullMarked;
