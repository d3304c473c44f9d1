/// A root file system that is being made: a directory of ours, looked into and written to without
/// ever leaving it, and removed at the end.
@NullMarked
package dev.skiff.builder.root;

import org.jspecify.annotations.NullMarked;
