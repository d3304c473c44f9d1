/// Carries a `ContainerPlan` out: mounts through the `Kernel` seam, then either a hand-over to the
/// shell that waits to become the payload, or a child container for the builder.
@NullMarked
package dev.skiff.runtime.launch;

import org.jspecify.annotations.NullMarked;
