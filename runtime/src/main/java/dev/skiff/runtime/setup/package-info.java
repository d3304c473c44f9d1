/// Carries the steps of a `ContainerPlan` out, one by one, through the `Kernel` seam; starts no
/// payload.
@NullMarked
package dev.skiff.runtime.setup;

import org.jspecify.annotations.NullMarked;
