/// What a build will do, as data: stages, each a list of steps, and the target. Nothing here
/// touches the machine; `--dry-run` prints it.
@NullMarked
package dev.skiff.builder.plan;

import org.jspecify.annotations.NullMarked;
