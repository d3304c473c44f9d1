/// What a Slurm cluster is made of and what of it is free, read from the text of `scontrol`, which
/// is the same in Slurm 22.05 to 26.05. Parsing changes nothing and asks nobody.
@NullMarked
package dev.skiff.runtime.slurm.cluster;

import org.jspecify.annotations.NullMarked;
