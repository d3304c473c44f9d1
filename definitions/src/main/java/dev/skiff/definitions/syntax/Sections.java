package dev.skiff.definitions.syntax;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The sections of a stage, or of one app in it.
///
/// @param all in the order of their first appearance; at most one of each kind, apart from `Files`,
///   of which there is one for each place to copy from
public record Sections(List<Section> all) {

  public Sections {
    all = List.copyOf(all);
  }

  public Optional<Section.Script> script(ScriptKind kind) {
    return each(Section.Script.class).filter(script -> script.kind() == kind).findFirst();
  }

  public Optional<Section.Help> help() {
    return each(Section.Help.class).findFirst();
  }

  public List<Section.Label> labels() {
    return each(Section.Labels.class).flatMap(section -> section.labels().stream()).toList();
  }

  public List<Section.Files> files() {
    return each(Section.Files.class).toList();
  }

  /// The defaults of `%arguments`.
  public List<Section.Argument> arguments() {
    return each(Section.Arguments.class).flatMap(section -> section.arguments().stream()).toList();
  }

  private <S extends Section> Stream<S> each(Class<S> type) {
    return all.stream().filter(type::isInstance).map(type::cast);
  }
}
