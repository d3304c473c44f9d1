/// SquashFS 4.0 images: a writer that streams files in and compresses their blocks on all cores,
/// and a reader that treats every byte as hostile. Whoever is outside uses these types, `codec` for
/// the choice of a compression, and the recorded images of `reuse`.
///
/// The layout follows [the SquashFS binary format](https://dr-emann.github.io/squashfs/).
@NullMarked
package dev.skiff.image.squashfs;

import org.jspecify.annotations.NullMarked;
