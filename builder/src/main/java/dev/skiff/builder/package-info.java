/// The door to making images: a `BuildRequest` in, a SIF or a sandbox out.
@NullMarked
package dev.skiff.builder;

import org.jspecify.annotations.NullMarked;
