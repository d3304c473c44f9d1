/// Jobs on Slurm, through its own commands and their text formats, which are the same in all its
/// versions where its JSON is not.
@NullMarked
package dev.skiff.runtime.slurm;

import org.jspecify.annotations.NullMarked;
