/// Starts payloads in the containers that `runtime.setup` makes: either a hand-over to the shell
/// that waits to become the payload, or a child container for the builder. Says what this machine
/// offers them.
@NullMarked
package dev.skiff.runtime.launch;

import org.jspecify.annotations.NullMarked;
