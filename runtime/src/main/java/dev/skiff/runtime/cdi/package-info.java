/// Devices by the Container Device Interface: vendors describe in files what a container needs for
/// a device, and it is asked for as `vendor.com/class=name`.
///
/// @see <a href="https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md">CDI
///   specification</a>
@NullMarked
package dev.skiff.runtime.cdi;

import org.jspecify.annotations.NullMarked;
