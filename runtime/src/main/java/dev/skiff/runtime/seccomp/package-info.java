/// Seccomp profiles: read from the JSON that Docker and Podman use, and made into programs that the
/// kernel runs before every system call of a payload.
@NullMarked
package dev.skiff.runtime.seccomp;

import org.jspecify.annotations.NullMarked;
