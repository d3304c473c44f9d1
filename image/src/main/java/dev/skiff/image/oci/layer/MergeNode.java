package dev.skiff.image.oci.layer;

/// What stands under a name while layers are merged.
sealed interface MergeNode permits Leaf, MergeDirectory {}
