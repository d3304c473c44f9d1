/// What is remembered of conversions, so that an image whose lower layers were converted before
/// costs little more than a copy. All of it is a cache: what is missing, damaged, or not the
/// caller's own is passed over, and a conversion that it leads astray begins anew without it.
@NullMarked
package dev.skiff.builder.reuse;

import org.jspecify.annotations.NullMarked;
