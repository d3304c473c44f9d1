/// What an archive holds without its bytes, kept from one reading to the next. A listing that was
/// damaged or is of another version is refused as a whole, and what it says passes the same checks
/// as an archive.
@NullMarked
package dev.skiff.image.tar.listing;

import org.jspecify.annotations.NullMarked;
