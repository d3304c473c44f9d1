/// Whether the driver of this host and an image go together: versions of the kernel module, of C
/// libraries and of CUDA.
@NullMarked
package dev.skiff.runtime.driver;

import org.jspecify.annotations.NullMarked;
