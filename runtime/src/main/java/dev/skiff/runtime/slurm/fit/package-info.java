/// Whether a cluster could ever run a job: asked before the job is submitted, so that it does not
/// wait for ever.
@NullMarked
package dev.skiff.runtime.slurm.fit;

import org.jspecify.annotations.NullMarked;
