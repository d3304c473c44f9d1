package dev.skiff.builder.assemble;

import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.squashfs.DroppedXattrs;
import dev.skiff.image.squashfs.SquashfsWriter;

/// Tells what a finished root could not hold.
final class LostXattrs {

  private LostXattrs() {}

  /// One warning, whatever the number of files.
  static void tell(SquashfsWriter root, BuildListener listener) {
    DroppedXattrs lost = root.droppedXattrs();
    if (lost.files() > 0) {
      listener.on(new Warned(problem(lost)));
    }
  }

  private static Problem problem(DroppedXattrs lost) {
    boolean acl = lost.names().stream().allMatch(name -> name.startsWith("system.posix_acl_"));
    String files = lost.files() == 1 ? "1 file" : lost.files() + " files";
    return new Problem(
        acl
            ? "the POSIX ACLs of %s are left out".formatted(files)
            : "extended attributes of %s are left out".formatted(files),
        "SquashFS has no place for " + String.join(", ", lost.names()),
        acl
            ? "let owner, group and mode say who may what: chgrp and chmod in %post"
            : "use attributes whose names begin with 'user.'");
  }
}
