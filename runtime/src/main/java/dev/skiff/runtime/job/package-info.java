/// What a job is, whatever runs it: what was asked for, and what became of it. Values only; nothing
/// here touches a file, a clock or a scheduler.
@NullMarked
package dev.skiff.runtime.job;

import org.jspecify.annotations.NullMarked;
