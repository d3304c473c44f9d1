/// Reading tar archives of every dialect that image layers are written in. File names, link targets
/// and extended attributes stay bytes; every number is checked where it is read.
@NullMarked
package dev.skiff.image.tar;

import org.jspecify.annotations.NullMarked;
