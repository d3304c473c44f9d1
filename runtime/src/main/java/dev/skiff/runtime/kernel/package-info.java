/// Linux as containers need it: the `Kernel` seam, the real system calls behind it, their numbers
/// and errors, and the filter that plays root. Knows nothing of plans.
@NullMarked
package dev.skiff.runtime.kernel;

import org.jspecify.annotations.NullMarked;
