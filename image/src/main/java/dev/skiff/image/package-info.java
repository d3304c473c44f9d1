/// What the formats share: how a malformed image is reported.
@NullMarked
package dev.skiff.image;

import org.jspecify.annotations.NullMarked;
