package dev.skiff.definitions.syntax;

import dev.skiff.definitions.finding.FilesFinding;
import dev.skiff.definitions.finding.Findings;
import dev.skiff.definitions.finding.HeaderFinding;
import dev.skiff.definitions.finding.Nearest;
import dev.skiff.definitions.finding.SectionFinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads one stage. What cannot be read becomes a finding and is left out of the stage.
public final class Parser {

  private static final Pattern APP_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}");

  private final Findings findings;
  private final SectionCollector stageSections;
  private final Map<String, SectionCollector> apps = new LinkedHashMap<>();

  private Parser(Findings findings) {
    this.findings = findings;
    this.stageSections = new SectionCollector(findings);
  }

  /// The stage that these lines hold; empty if they hold nothing but comments.
  public static Optional<Stage> parse(StageSource source, Findings findings) {
    return new Parser(findings).parse(source);
  }

  private Optional<Stage> parse(StageSource source) {
    List<SourceLine> lines = source.lines();
    int headerEnd = 0;
    while (headerEnd < lines.size() && SectionLine.of(lines.get(headerEnd)).isEmpty()) {
      headerEnd++;
    }
    List<SourceLine> headerLines = lines.subList(0, headerEnd);
    Optional<SourceLine> start =
        headerLines.stream().filter(line -> !HeaderParser.isBlankOrComment(line)).findFirst();
    if (start.isEmpty() && headerEnd == lines.size()) {
      return Optional.empty();
    }
    HeaderParser headerParser = new HeaderParser(findings);
    Header header = headerParser.parse(headerLines);
    SourceLine first = start.orElse(lines.get(Math.min(headerEnd, lines.size() - 1)));
    if (start.isEmpty()) {
      findings.add(new HeaderFinding.SectionsWithoutHeader(first.span()));
    } else if (headerParser.sound() && header.entry(HeaderKey.BOOTSTRAP).isEmpty()) {
      findings.add(new HeaderFinding.MissingBootstrap(first.span()));
    }
    for (Block block : blocks(lines.subList(headerEnd, lines.size()))) {
      if (!findings.full()) {
        take(block);
      }
    }
    return Optional.of(
        new Stage(
            header.value(HeaderKey.STAGE).orElse(""),
            header,
            stageSections.sections(),
            apps.entrySet().stream()
                .map(app -> new App(app.getKey(), app.getValue().sections()))
                .toList(),
            source.text(),
            first.span()));
  }

  /// Cuts lines of which the first starts a section.
  private static List<Block> blocks(List<SourceLine> lines) {
    List<Block> blocks = new ArrayList<>();
    int end = lines.size();
    for (int i = lines.size() - 1; i >= 0; i--) {
      Optional<SectionLine> start = SectionLine.of(lines.get(i));
      if (start.isPresent()) {
        blocks.add(new Block(start.orElseThrow(), lines.subList(i + 1, end)));
        end = i;
      }
    }
    return blocks.reversed();
  }

  private void take(Block block) {
    SectionLine start = block.start();
    if (start.indented()) {
      findings.add(new SectionFinding.IndentedSection(start.place(), "%" + start.word()));
      return;
    }
    Optional<SectionName> known = SectionName.of(start.name());
    if (known.isEmpty()) {
      findings.add(
          new SectionFinding.InvalidSection(
              start.place(), start.word(), Nearest.of(start.word(), SectionName.words())));
      return;
    }
    SectionName name = known.orElseThrow();
    switch (name.owner()) {
      case APP -> takeApp(name, block);
      case STAGE -> takeStage(name, block);
    }
  }

  private void takeStage(SectionName name, Block block) {
    switch (name.content()) {
      case FILES -> takeFiles(name, block);
      case SCRIPT -> stageSections.add(name, Optional.empty(), block);
      case HELP, LABELS, ARGUMENTS -> {
        if (!block.start().rest().isEmpty()) {
          findings.add(ignored(name, block.start().rest(), block));
        }
        stageSections.add(name, Optional.empty(), block);
      }
    }
  }

  private void takeFiles(SectionName name, Block block) {
    List<String> words = block.start().words();
    if (words.isEmpty()) {
      stageSections.add(name, Optional.empty(), block);
    } else if (words.size() == 2 && words.getFirst().equalsIgnoreCase("from")) {
      stageSections.add(name, Optional.of(words.getLast()), block);
    } else {
      findings.add(
          new FilesFinding.InvalidFilesArgument(block.start().restPlace(), block.start().rest()));
    }
  }

  private void takeApp(SectionName name, Block block) {
    SectionLine start = block.start();
    List<String> words = start.words();
    if (!start.word().equals(name.word())) {
      findings.add(
          new SectionFinding.InvalidSection(start.place(), start.word(), Optional.of(name.word())));
    } else if (words.isEmpty()) {
      findings.add(new SectionFinding.AppNameMissing(start.place(), name.word()));
    } else if (!APP_NAME.matcher(words.getFirst()).matches()) {
      findings.add(new SectionFinding.AppNameInvalid(start.restPlace(), words.getFirst()));
    } else {
      if (words.size() > 1) {
        findings.add(ignored(name, String.join(" ", words.subList(1, words.size())), block));
      }
      apps.computeIfAbsent(words.getFirst(), _ -> new SectionCollector(findings))
          .add(name, Optional.empty(), block);
    }
  }

  private static SectionFinding ignored(SectionName name, String words, Block block) {
    return new SectionFinding.IgnoredArguments(block.start().restPlace(), name.word(), words);
  }
}
