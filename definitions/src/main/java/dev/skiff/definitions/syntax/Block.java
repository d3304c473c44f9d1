package dev.skiff.definitions.syntax;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A `%section` line and the lines below it.
record Block(SectionLine start, List<SourceLine> body) {

  /// Each line ended by a line feed.
  String text() {
    return body.stream().map(line -> line.text() + "\n").collect(Collectors.joining());
  }

  /// The first line of the body that is not blank.
  Optional<SourceLine> firstLine() {
    return body.stream().filter(line -> !line.text().isBlank()).findFirst();
  }
}
