/// What a person sees: problems, progress and results, each on its own stream.
@NullMarked
package dev.skiff.cli.output;

import org.jspecify.annotations.NullMarked;
