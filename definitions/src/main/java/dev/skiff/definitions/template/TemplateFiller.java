package dev.skiff.definitions.template;

import dev.skiff.definitions.finding.FileFinding;
import dev.skiff.definitions.finding.Findings;
import dev.skiff.definitions.finding.Nearest;
import dev.skiff.definitions.finding.Severity;
import dev.skiff.definitions.finding.TemplateFinding;
import dev.skiff.definitions.syntax.InputFile;
import dev.skiff.definitions.syntax.Parser;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.SourceLine;
import dev.skiff.definitions.syntax.SourceLine.Replacement;
import dev.skiff.definitions.syntax.StageSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Fills build arguments into the stages of one file, one after the other, and remembers which it
/// used.
public final class TemplateFiller {

  /// What a line that comes out of a value is charged, as it costs more than its characters.
  private static final int LINE_CHARGE = 160;

  private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

  private final String file;
  private final BuildArguments arguments;
  private final Findings findings;
  private final Set<String> used = new HashSet<>();
  private long room = InputFile.LIMIT_BYTES;

  /// A filler for one definition file.
  public TemplateFiller(String file, BuildArguments arguments, Findings findings) {
    this.file = file;
    this.arguments = arguments;
    this.findings = findings;
  }

  /// The stage with every `{{ name }}` replaced, except in comment lines. What cannot be replaced
  /// stays, with a finding.
  public StageSource fill(StageSource source) {
    if (source.lines().stream().noneMatch(line -> line.text().contains("{{"))) {
      return source;
    }
    Scope scope = new Scope(defaults(source));
    List<SourceLine> filled = new ArrayList<>();
    for (SourceLine line : source.lines()) {
      filled.addAll(fill(line, scope));
    }
    return new StageSource(filled);
  }

  /// Notes the arguments that no stage used; to be called when all stages are filled.
  public void noteUnused() {
    List<String> names =
        arguments.values().keySet().stream().filter(name -> !used.contains(name)).toList();
    if (!names.isEmpty()) {
      Severity severity =
          switch (arguments.unused()) {
            case REFUSE -> Severity.ERROR;
            case WARN -> Severity.WARNING;
          };
      findings.add(new TemplateFinding.UnusedBuildArguments(names, severity));
    }
  }

  /// The defaults of one stage, and what their names stand for so far.
  private record Scope(Map<String, String> defaults, Map<String, String> nested) {
    Scope(Map<String, String> defaults) {
      this(defaults, new HashMap<>());
    }
  }

  private static Map<String, String> defaults(StageSource source) {
    Map<String, String> defaults = new HashMap<>();
    Parser.parse(source, new Findings())
        .ifPresent(stage -> {
          for (Section.Argument argument : stage.sections().arguments()) {
            defaults.put(argument.name(), argument.value());
          }
        });
    return defaults;
  }

  private List<SourceLine> fill(SourceLine line, Scope scope) {
    String text = line.text();
    String stripped = text.strip();
    if (!text.contains("{{") || (stripped.startsWith("#") && !stripped.startsWith("#!"))) {
      return List.of(line);
    }
    StringBuilder filled = new StringBuilder();
    List<Replacement> replacements = new ArrayList<>();
    Matcher matcher = PLACE.matcher(text);
    int hash = hashOfAComment(text);
    int end = 0;
    while (matcher.find() && !findings.full()) {
      filled.append(text, end, matcher.start());
      int start = filled.length();
      MatchResult match = matcher.toMatchResult();
      String value = value(line, match, scope);
      if (hash + 1 < match.start() && !value.equals(match.group())) {
        findings.add(
            new TemplateFinding.FilledInAfterHash(
                line.span(match.start(), match.end()), match.group(1)));
      }
      filled.append(value);
      replacements.add(new Replacement(start, filled.length(), matcher.start(), matcher.end()));
      end = matcher.end();
    }
    if (end == 0) {
      return List.of(line);
    }
    filled.append(text, end, text.length());
    return lines(line, filled.toString(), replacements);
  }

  private String value(SourceLine line, MatchResult match, Scope scope) {
    String name = match.group(1);
    Optional<String> value = lookUp(name, scope);
    if (value.isEmpty()) {
      List<String> known = new ArrayList<>(scope.defaults.keySet());
      known.addAll(arguments.values().keySet());
      known.sort(null);
      findings.add(
          new TemplateFinding.UndefinedBuildArgument(
              line.span(match.start(), match.end()), name, Nearest.of(name, known)));
      return match.group();
    }
    used.add(name);
    String whole = scope.nested.get(name);
    if (whole == null) {
      whole = nested(line, match, value.orElseThrow(), scope);
      scope.nested.put(name, whole);
    }
    return fits(whole) ? whole : match.group();
  }

  /// The value with each `{{ other }}` in it replaced once.
  private String nested(SourceLine line, MatchResult match, String value, Scope scope) {
    StringBuilder whole = new StringBuilder();
    Matcher inner = PLACE.matcher(value);
    int end = 0;
    while (inner.find()) {
      whole.append(value, end, inner.start());
      String name = inner.group(1);
      String replaced = lookUp(name, scope).orElse(inner.group());
      if (lookUp(name, scope).isPresent()) {
        used.add(name);
      } else {
        findings.add(
            new TemplateFinding.NestedArgumentLeft(
                line.span(match.start(), match.end()), match.group(1), name));
      }
      whole.append(fits(replaced) ? replaced : inner.group());
      end = inner.end();
    }
    return whole.append(value, end, value.length()).toString();
  }

  private Optional<String> lookUp(String name, Scope scope) {
    String given = arguments.values().get(name);
    return Optional.ofNullable(given == null ? scope.defaults.get(name) : given);
  }

  /// Takes the value's length off what the whole file may still grow by.
  private boolean fits(String value) {
    if (room < 0) {
      return false;
    }
    room -= value.length() + LINE_CHARGE * value.chars().filter(c -> c == '\n').count();
    if (room < 0) {
      findings.add(new FileFinding.TooLargeResolved(file, InputFile.LIMIT_BYTES));
      return false;
    }
    return true;
  }

  /// Where Apptainer believes that a comment starts: at the first `#` that no `!` follows. Beyond
  /// the line's end if there is none.
  private static int hashOfAComment(String text) {
    for (int i = 0; i + 1 < text.length(); i++) {
      if (text.charAt(i) == '#' && text.charAt(i + 1) != '!') {
        return i;
      }
    }
    return text.length();
  }

  /// A value may hold line breaks; each part is then a line that stands for the whole source line.
  private static List<SourceLine> lines(
      SourceLine line, String filled, List<Replacement> replacements) {
    String[] parts = filled.split("\n", -1);
    List<SourceLine> lines = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      String end = i + 1 < parts.length ? "\n" : line.end();
      List<Replacement> own =
          parts.length == 1
              ? replacements
              : List.of(new Replacement(0, parts[i].length(), 0, line.source().length()));
      lines.add(new SourceLine(line.file(), line.number(), parts[i], end, line.source(), own));
    }
    return lines;
  }
}
