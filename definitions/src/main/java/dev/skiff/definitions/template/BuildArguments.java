package dev.skiff.definitions.template;

import dev.skiff.definitions.finding.FileFinding;
import dev.skiff.definitions.finding.Finding;
import dev.skiff.definitions.finding.TemplateFinding;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.InputFile;
import dev.skiff.definitions.syntax.SourceLine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What was given to fill in `{{ name }}`.
///
/// @param values by name; what an option says wins over what a file says
/// @param unused what to say of a name that the definition does not use
/// @param findings what could not be read; `DefinitionReader` passes them on
public record BuildArguments(Map<String, String> values, Unused unused, List<Finding> findings) {

  private static final Pattern NAMED = Pattern.compile("\\s*\\w+\\s*=.*", Pattern.DOTALL);

  public BuildArguments {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    findings = List.copyOf(findings);
  }

  /// Whether an argument that nothing uses is an error (the default) or a warning.
  public enum Unused {
    REFUSE,
    WARN
  }

  /// A file of `name=value` lines.
  ///
  /// @param name as the person typed it
  public record ArgumentFile(String name, String text) {}

  public static BuildArguments none() {
    return new BuildArguments(Map.of(), Unused.REFUSE, List.of());
  }

  /// Reads the values of `--build-arg` and the files of `--build-arg-file`.
  ///
  /// @throws ProblemException if a file cannot be read
  public static BuildArguments read(List<String> options, List<Path> files, Unused unused) {
    List<ArgumentFile> texts =
        files.stream().map(file -> new ArgumentFile(file.toString(), text(file))).toList();
    return parse(options, texts, unused);
  }

  /// Takes `--build-arg` values and file texts apart.
  ///
  /// A value may hold several pairs with commas between them. A comma is part of the value where no
  /// `name=` follows it, or where the pair, or any part of it, stands in double quotes.
  public static BuildArguments parse(
      List<String> options, List<ArgumentFile> files, Unused unused) {
    Map<String, String> values = new LinkedHashMap<>();
    List<Finding> findings = new ArrayList<>();
    for (ArgumentFile file : files) {
      readFile(file, values, findings);
    }
    for (String option : options) {
      for (String pair : pairs(option)) {
        int equals = pair.indexOf('=');
        if (equals < 0 || pair.substring(0, equals).isBlank()) {
          findings.add(new TemplateFinding.MalformedBuildArgument(pair));
        } else {
          values.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
        }
      }
    }
    return new BuildArguments(values, unused, findings);
  }

  private static String text(Path file) {
    return new String(InputFile.read(file, "build arguments' file"), StandardCharsets.UTF_8);
  }

  private static void readFile(
      ArgumentFile file, Map<String, String> values, List<Finding> findings) {
    if (file.text().length() > InputFile.LIMIT_BYTES) {
      findings.add(new FileFinding.TooLarge(file.name(), InputFile.LIMIT_BYTES));
      return;
    }
    for (SourceLine line : SourceLine.split(file.name(), file.text())) {
      String text = line.text().strip();
      int equals = text.indexOf('=');
      if (equals > 0 && !text.startsWith("#")) {
        values.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
      } else if (!text.isEmpty() && !text.startsWith("#") && findings.size() < 100) {
        findings.add(new TemplateFinding.SkippedArgumentLine(line.span(), text));
      }
    }
  }

  private static List<String> pairs(String option) {
    List<String> pairs = new ArrayList<>();
    for (String piece : pieces(option)) {
      if (pairs.isEmpty() || NAMED.matcher(unquoted(piece)).matches()) {
        pairs.add(unquoted(piece));
      } else {
        pairs.add(pairs.removeLast() + "," + piece);
      }
    }
    return pairs;
  }

  /// Cuts at commas outside double quotes.
  private static List<String> pieces(String option) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i < option.length(); i++) {
      char c = option.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        pieces.add(option.substring(start, i));
        start = i + 1;
      }
    }
    pieces.add(option.substring(start));
    return pieces;
  }

  /// A pair that stands in quotes as a whole, without them; two quotes inside stand for one.
  private static String unquoted(String piece) {
    boolean whole = piece.length() > 1 && piece.startsWith("\"") && piece.endsWith("\"");
    return whole ? piece.substring(1, piece.length() - 1).replace("\"\"", "\"") : piece;
  }
}
