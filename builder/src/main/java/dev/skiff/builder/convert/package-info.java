/// Images in one form made into images in another: what a source is, its layers or the one layer
/// that it becomes, and how it wants to be run.
@NullMarked
package dev.skiff.builder.convert;

import org.jspecify.annotations.NullMarked;
