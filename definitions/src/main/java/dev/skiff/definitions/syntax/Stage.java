package dev.skiff.definitions.syntax;

import dev.skiff.definitions.problem.SourceSpan;
import java.util.List;

/// One root file system to be made: from a `Bootstrap:` line to the next.
///
/// @param name the value of `Stage:`; empty if there is none
/// @param apps in the order of their first appearance
/// @param text the whole stage as written, with build arguments filled in
/// @param place the line that started the stage
public record Stage(
    String name, Header header, Sections sections, List<App> apps, String text, SourceSpan place) {

  public Stage {
    apps = List.copyOf(apps);
  }

  /// The agent that makes the first root file system.
  ///
  /// @throws IllegalStateException if the header names none, which no accepted definition does
  public Bootstrap bootstrap() {
    return header
        .bootstrap()
        .orElseThrow(() -> new IllegalStateException("not an accepted definition"));
  }
}
