/// Why a job of Slurm's is not where its user wants it: the reason it waits, in words, and what
/// would make it start sooner; or how it ended. Decided from what was read; asks nobody.
@NullMarked
package dev.skiff.runtime.slurm.explain;

import org.jspecify.annotations.NullMarked;
