/// The steps of a build carried out on a root file system: files copied, scripts run on the host
/// and in the container.
@NullMarked
package dev.skiff.builder.step;

import org.jspecify.annotations.NullMarked;
