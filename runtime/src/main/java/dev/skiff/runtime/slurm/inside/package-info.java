/// Looking into a job of Slurm's while it runs: steps beside it, on its own nodes, that enter its
/// container or measure what it uses. Nothing of ours needs to be installed there.
@NullMarked
package dev.skiff.runtime.slurm.inside;

import org.jspecify.annotations.NullMarked;
