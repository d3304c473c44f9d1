/// Layers merged to the one file tree they describe: the topmost layer first, in a single pass, so
/// that no file is stored which a later layer replaces or removes.
///
/// A directory that a layer only implies by a path below it replaces whatever else a lower layer
/// has there, a symbolic link too. That is what Docker and containerd show on overlayfs.
@NullMarked
package dev.skiff.image.oci.layer;

import org.jspecify.annotations.NullMarked;
