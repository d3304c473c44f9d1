/// What every scheduler does for jobs, and what all of them share: submitting, looking, cancelling.
@NullMarked
package dev.skiff.runtime.job.schedule;

import org.jspecify.annotations.NullMarked;
