package dev.skiff.builder.assemble;

import dev.skiff.image.oci.Digest;
import dev.skiff.image.tree.TreeSource;

/// The tree of an image file that layers lie on.
///
/// @param key names the file's bytes
/// @param sizeBytes of the file
/// @param source gives the tree, which is changed by what is made of it; its contents can be read
///   until the image is closed
public record LowerTree(Digest key, long sizeBytes, TreeSource source) {}
