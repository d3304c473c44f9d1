/// Servers that keep SIF files and are no registries: the library API and Singularity Hub's.
@NullMarked
package dev.skiff.builder.library;

import org.jspecify.annotations.NullMarked;
