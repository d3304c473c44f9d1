/// The batch script of a job: self-contained, readable, and the same text whoever runs it.
@NullMarked
package dev.skiff.runtime.job.script;

import org.jspecify.annotations.NullMarked;
