/// Jobs on this machine: detached from the terminal, with the same records, signals and states as
/// on a cluster.
@NullMarked
package dev.skiff.runtime.job.local;

import org.jspecify.annotations.NullMarked;
