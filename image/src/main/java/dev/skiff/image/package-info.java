/// What the formats share: how a malformed image is reported, and a hash.
@NullMarked
package dev.skiff.image;

import org.jspecify.annotations.NullMarked;
