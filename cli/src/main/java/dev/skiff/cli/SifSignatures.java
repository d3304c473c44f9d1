package dev.skiff.cli;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifEditor;
import java.util.Optional;

/// What a change of a file means for its signatures. A change is made all the same, as the peer
/// makes it, but not in silence.
final class SifSignatures {

  private SifSignatures() {}

  /// What to say when an object is changed or deleted that a signature speaks of.
  static Optional<Problem> brokenBy(SifEditor sif, int id) throws MalformedImageException {
    Optional<SifDescriptor> changed = sif.object(id);
    for (SifDescriptor object : sif.descriptors()) {
      if (object.type() == ObjectType.SIGNATURE
          && changed.isPresent()
          && changed.get().type() != ObjectType.SIGNATURE
          && changed.get().isLinkedFrom(object)) {
        return Optional.of(
            warning("signature %d is about object %d".formatted(object.id(), changed.get().id())));
      }
    }
    return Optional.empty();
  }

  /// What to say when an object is added to a signed file: all its objects have to be signed.
  static Optional<Problem> brokenByAdding(SifEditor sif, ObjectType type) {
    for (SifDescriptor object : sif.descriptors()) {
      if (object.type() == ObjectType.SIGNATURE && type != ObjectType.SIGNATURE) {
        return Optional.of(warning("it is signed, and the new object is not"));
      }
    }
    return Optional.empty();
  }

  private static Problem warning(String why) {
    return new Problem(
        "the file does not verify any more", why, "sign it again, for example: apptainer sign");
  }
}
