package dev.skiff.definitions;

import dev.skiff.definitions.check.DefinitionChecker;
import dev.skiff.definitions.finding.FileFinding;
import dev.skiff.definitions.finding.Finding;
import dev.skiff.definitions.finding.Findings;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.problem.SourceSpan;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.InputFile;
import dev.skiff.definitions.syntax.Parser;
import dev.skiff.definitions.syntax.SourceLine;
import dev.skiff.definitions.syntax.Stage;
import dev.skiff.definitions.syntax.StageSource;
import dev.skiff.definitions.template.BuildArguments;
import dev.skiff.definitions.template.TemplateFiller;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads definition files. Never throws on account of what a file holds.
public final class DefinitionReader {

  private static final int MOST_LINES = 100_000;

  private final String fileName;
  private final Charset encoding;
  private final BuildArguments arguments;
  private final Findings findings = new Findings();

  private DefinitionReader(String fileName, Charset encoding, BuildArguments arguments) {
    this.fileName = fileName;
    this.encoding = encoding;
    this.arguments = arguments;
    findings.addAll(arguments.findings());
  }

  /// Reads a definition file.
  ///
  /// @throws ProblemException if the file cannot be read at all
  public static Reading read(Path file, BuildArguments arguments) {
    return read(file.toString(), InputFile.read(file, "definition file"), arguments);
  }

  /// Reads a definition file's bytes. They are taken for UTF-8; if they are something else they
  /// keep their values, with a warning.
  ///
  /// @param fileName how messages name the file
  public static Reading read(String fileName, byte[] bytes, BuildArguments arguments) {
    if (bytes.length > InputFile.LIMIT_BYTES) {
      return new Reading.Rejected(
          List.of(new FileFinding.TooLarge(fileName, InputFile.LIMIT_BYTES)));
    }
    int foreign = firstForeignByte(bytes);
    if (foreign == bytes.length) {
      return read(fileName, new String(bytes, StandardCharsets.UTF_8), arguments);
    }
    Charset encoding = StandardCharsets.ISO_8859_1; // each byte is the character of its number
    String before = new String(bytes, 0, foreign, encoding);
    String text = new String(bytes, encoding);
    var reader = new DefinitionReader(fileName, encoding, transcoded(arguments));
    if (text.indexOf('\0') < 0) { // or it is no text in any encoding
      reader.findings.add(new FileFinding.NotUtf8(reader.lineSpan(text, before.length())));
    }
    return reader.read(text);
  }

  /// Reads a definition's text.
  ///
  /// @param fileName how messages name the file
  public static Reading read(String fileName, String text, BuildArguments arguments) {
    return new DefinitionReader(fileName, StandardCharsets.UTF_8, arguments).read(text);
  }

  /// Where the bytes stop being UTF-8; their number if they never do.
  private static int firstForeignByte(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(8192);
    CoderResult result = decoder.decode(in, out, true);
    while (result.isOverflow()) {
      out.clear();
      result = decoder.decode(in, out, true);
    }
    return result.isError() ? in.position() : bytes.length;
  }

  /// The arguments as they must look in a text whose characters stand for bytes.
  private static BuildArguments transcoded(BuildArguments arguments) {
    Map<String, String> values = new LinkedHashMap<>();
    arguments
        .values()
        .forEach((name, value) ->
            values.put(
                name,
                new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)));
    return new BuildArguments(values, arguments.unused(), arguments.findings());
  }

  private Reading read(String text) {
    Optional<Finding> unfit = unfit(text);
    if (unfit.isPresent()) {
      findings.add(unfit.orElseThrow());
      return new Reading.Rejected(findings.inFileOrder());
    }
    TemplateFiller filler = new TemplateFiller(fileName, arguments, findings);
    List<SourceLine> lines = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    for (StageSource source : StageSource.cut(SourceLine.split(fileName, withoutMark(text)))) {
      StageSource filled = filler.fill(source);
      lines.addAll(filled.lines());
      Parser.parse(filled, findings).ifPresent(stages::add);
    }
    filler.noteUnused();
    if (stages.isEmpty()) {
      findings.add(new FileFinding.NoStages(fileName));
    }
    DefinitionChecker.check(lines, stages, findings);
    if (findings.haveError()) {
      return new Reading.Rejected(findings.inFileOrder());
    }
    return new Reading.Accepted(
        new DefinitionFile(fileName, SourceLine.join(lines), encoding, stages),
        findings.inFileOrder());
  }

  private Optional<Finding> unfit(String text) {
    if (text.length() > InputFile.LIMIT_BYTES) {
      return Optional.of(new FileFinding.TooLarge(fileName, InputFile.LIMIT_BYTES));
    }
    if (text.chars().filter(c -> c == '\n').limit(MOST_LINES + 1L).count() > MOST_LINES) {
      return Optional.of(new FileFinding.TooManyLines(fileName, MOST_LINES));
    }
    int zero = text.indexOf('\0');
    return zero < 0 ? Optional.empty() : Optional.of(new FileFinding.NotText(lineSpan(text, zero)));
  }

  private String withoutMark(String text) {
    if (!text.startsWith("\uFEFF")) {
      return text;
    }
    String rest = text.substring(1);
    findings.add(new FileFinding.ByteOrderMark(lineSpan(rest, 0)));
    return rest;
  }

  /// The character at `index`, in its line.
  private SourceSpan lineSpan(String text, int index) {
    int start = text.lastIndexOf('\n', index - 1) + 1;
    int end = text.indexOf('\n', index);
    int number = 1 + (int) text.substring(0, start).chars().filter(c -> c == '\n').count();
    String line = text.substring(start, end < 0 ? text.length() : end).stripTrailing();
    return new SourceLine(fileName, number, line, "", line, List.of())
        .span(index - start, index - start + 1);
  }
}
