/// Records of jobs on disk: they outlive the scheduler's memory and the process that wrote them.
@NullMarked
package dev.skiff.runtime.job.record;

import org.jspecify.annotations.NullMarked;
