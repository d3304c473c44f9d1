/// OCI images kept in SIF files, as SingularityCE 4 makes them: a root index, a manifest and a
/// configuration as objects, and each layer a SquashFS image of its own, mounted where it lies.
///
/// ```
///  OCI.Blob       layer, oldest first            application/vnd.sylabs.image.layer.v1.squashfs
///  OCI.Blob       configuration, manifest
///  OCI.RootIndex  names the manifest             the last object
/// ```
@NullMarked
package dev.skiff.image.ocisif;

import org.jspecify.annotations.NullMarked;
