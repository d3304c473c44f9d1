package dev.skiff.definitions.syntax;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;

/// A definition file with its build arguments filled in.
///
/// @param fileName as the person typed it
/// @param text the whole file as written, with build arguments filled in: what an image keeps as
///   its definition
/// @param encoding turns any text of this file back into the bytes that were read
/// @param stages the last one is the image
public record DefinitionFile(String fileName, String text, Charset encoding, List<Stage> stages) {

  public DefinitionFile {
    stages = List.copyOf(stages);
  }

  /// The stage that becomes the image.
  public Stage finalStage() {
    return stages.getLast();
  }

  /// The first stage of that name.
  public Optional<Stage> stage(String name) {
    return stages.stream().filter(stage -> stage.name().equals(name)).findFirst();
  }

  /// The bytes of a part of this file, exactly as they were read.
  public byte[] bytes(String part) {
    return part.getBytes(encoding);
  }
}
