/// Finds what the host's GPU drivers bring for a container. Finding changes nothing, and starts no
/// process but `nvidia-container-cli`, when that is asked for.
@NullMarked
package dev.skiff.runtime.gpu;

import org.jspecify.annotations.NullMarked;
