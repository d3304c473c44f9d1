/// The target made of a finished root: a SIF file, or a sandbox directory. It takes its name when
/// it is complete, never before.
@NullMarked
package dev.skiff.builder.assemble;

import org.jspecify.annotations.NullMarked;
