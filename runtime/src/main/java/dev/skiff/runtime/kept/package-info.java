/// What is kept of a start, so that the next one like it needs no Java: the calls that set the
/// container up, and the script of its payload. `libexec/skiff/start` carries them out.
@NullMarked
package dev.skiff.runtime.kept;

import org.jspecify.annotations.NullMarked;
