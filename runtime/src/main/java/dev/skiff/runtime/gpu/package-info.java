/// Finds what the host's NVIDIA driver brings for a container. Finding changes nothing, and starts
/// no process.
@NullMarked
package dev.skiff.runtime.gpu;

import org.jspecify.annotations.NullMarked;
