/// Programs that a build runs: on the host, and inside the root file system that is being made.
@NullMarked
package dev.skiff.builder.script;

import org.jspecify.annotations.NullMarked;
