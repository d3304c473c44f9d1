/// SIF files in registries, as they are.
@NullMarked
package dev.skiff.builder.push;

import org.jspecify.annotations.NullMarked;
