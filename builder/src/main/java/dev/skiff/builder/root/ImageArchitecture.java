package dev.skiff.builder.root;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.sif.Architecture;
import java.util.Optional;

/// Which processor an image is said to be for: what was asked, if its programs agree.
public final class ImageArchitecture {

  private ImageArchitecture() {}

  /// What was asked, else what the image's program is for, else this machine's.
  ///
  /// @param asked `--arch`, as Go names it
  /// @throws ProblemException if the program is for another processor than asked
  public static Architecture of(Optional<String> asked, Optional<ProgramHeader> program) {
    Optional<Architecture> wanted = asked.map(Architecture::ofGoName);
    Optional<Architecture> found = program.map(ProgramHeader::architecture);
    if (wanted.isPresent() && found.isPresent() && !wanted.equals(found)) {
      throw new ProblemException(
          new Problem(
              "cannot build for '%s'".formatted(asked.get()),
              "the image's program '%s' is for %s"
                  .formatted(program.get().path(), found.get().goName()),
              "leave out --arch, or start from an image for " + asked.get()));
    }
    return wanted.or(() -> found).orElseGet(Architecture::ofThisMachine);
  }

  /// What a person should know of an image that says one thing and holds another.
  public static Optional<Problem> disagreement(Architecture said, Optional<ProgramHeader> program) {
    return program
        .filter(found -> said != Architecture.UNKNOWN && found.architecture() != said)
        .map(found ->
            new Problem(
                "the image is labelled for %s".formatted(said.goName()),
                "that is what its configuration says; its program '%s' is for %s"
                    .formatted(found.path(), found.architecture().goName()),
                "try whether it runs where you want it; else ask whoever made the image"));
  }
}
