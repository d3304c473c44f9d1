/// OCI and Docker images as values: references, manifests, configurations, and where the parts of
/// an image are read from. Every byte is hostile until its size and digest were checked.
@NullMarked
package dev.skiff.image.oci;

import org.jspecify.annotations.NullMarked;
