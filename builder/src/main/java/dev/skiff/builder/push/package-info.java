/// Sending images to registries: as layers, or a SIF file as it is.
@NullMarked
package dev.skiff.builder.push;

import org.jspecify.annotations.NullMarked;
