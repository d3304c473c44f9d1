package dev.skiff.definitions.syntax;

import dev.skiff.definitions.finding.Findings;
import dev.skiff.definitions.finding.SectionFinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Gathers the sections of a stage or of an app, and joins those that are written more than once.
final class SectionCollector {

  private final Findings findings;
  private final Map<Key, List<Block>> blocks = new LinkedHashMap<>();

  /// @param fromStage of `%files` only
  private record Key(SectionName name, Optional<String> fromStage) {}

  SectionCollector(Findings findings) {
    this.findings = findings;
  }

  void add(SectionName name, Optional<String> fromStage, Block block) {
    blocks.computeIfAbsent(new Key(name, fromStage), _ -> new ArrayList<>()).add(block);
  }

  Sections sections() {
    return new Sections(
        blocks.entrySet().stream().map(each -> joined(each.getKey(), each.getValue())).toList());
  }

  private Section joined(Key key, List<Block> same) {
    var place = same.getFirst().start().place();
    return switch (key.name.content()) {
      case SCRIPT -> script(key.name, same);
      case HELP ->
          new Section.Help(String.join("", same.stream().map(Block::text).toList()), place);
      case LABELS -> new Section.Labels(labels(same), place);
      case FILES ->
          new Section.Files(
              key.fromStage,
              entries(same).flatMap(line -> CopyLine.parse(line, findings).stream()).toList(),
              same.getFirst().start().wholePlace());
      case ARGUMENTS ->
          new Section.Arguments(
              entries(same).flatMap(line -> argument(line).stream()).toList(), place);
    };
  }

  private static Section.Script script(SectionName name, List<Block> same) {
    StringBuilder body = new StringBuilder();
    List<String> arguments = List.of();
    for (Block block : same) {
      body.append(block.text());
      if (name.owner() == SectionName.Owner.STAGE && !block.start().words().isEmpty()) {
        arguments = block.start().words();
      }
    }
    return new Section.Script(
        name.kind().orElseThrow(),
        body.toString(),
        arguments,
        same.getFirst().start().place(),
        same.stream()
            .flatMap(block -> block.firstLine().stream())
            .findFirst()
            .map(SourceLine::span));
  }

  private List<Section.Label> labels(List<Block> same) {
    Map<String, Section.Label> labels = new LinkedHashMap<>();
    entries(same)
        .forEach(line -> {
          List<String> parts = Section.Labels.keyAndValue(line.text().strip());
          var label = new Section.Label(parts.get(0), parts.get(1), line.span());
          Section.Label earlier = labels.remove(label.key());
          if (earlier != null) {
            findings.add(
                new SectionFinding.DuplicateLabel(
                    label.place(), label.key(), earlier.place().line()));
          }
          labels.put(label.key(), label);
        });
    return List.copyOf(labels.values());
  }

  private Optional<Section.Argument> argument(SourceLine line) {
    String text = line.text().strip();
    int equals = text.indexOf('=');
    if (equals < 1) {
      findings.add(new SectionFinding.ArgumentWithoutValue(line.span(), text));
      return Optional.empty();
    }
    String name = text.substring(0, equals).strip();
    return Optional.of(new Section.Argument(name, text.substring(equals + 1).strip(), line.span()));
  }

  /// The lines that are neither empty nor comments.
  private static Stream<SourceLine> entries(List<Block> same) {
    return same.stream()
        .flatMap(block -> block.body().stream())
        .filter(line -> !HeaderParser.isBlankOrComment(line));
  }
}
