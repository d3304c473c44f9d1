/// Pulling images from registries: names and mirrors, authentication, downloads that resume, and
/// the cache of blobs. Nothing is believed before its digest was checked.
@NullMarked
package dev.skiff.builder.registry;

import org.jspecify.annotations.NullMarked;
