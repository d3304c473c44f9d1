/// What this machine and its caller are like, as data. `HostProbe` is the only reader.
@NullMarked
package dev.skiff.runtime.host;

import org.jspecify.annotations.NullMarked;
