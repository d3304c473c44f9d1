/// A built stage as an OCI image: its configuration from the definition, and where it is written.
@NullMarked
package dev.skiff.builder.oci;

import org.jspecify.annotations.NullMarked;
