/// Images that lie on disk: OCI layouts as directories and archives, and what `docker save` writes.
/// Archives are read in place.
@NullMarked
package dev.skiff.image.oci.archive;

import org.jspecify.annotations.NullMarked;
