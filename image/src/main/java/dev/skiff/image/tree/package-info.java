/// The file tree that a file system writer is given and that a merge of layers yields. Names are
/// bytes, because file names in an image need not be UTF-8.
@NullMarked
package dev.skiff.image.tree;

import org.jspecify.annotations.NullMarked;
