package dev.skiff.builder.plan;

import dev.skiff.definitions.syntax.HereDocument;
import dev.skiff.definitions.syntax.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts a `%post` at its marker lines, `# skiff: step NAME`. Each part runs as a script of its own,
/// so variables and the working directory of one are not the next one's; to every other tool the
/// lines are comments.
final class PostParts {

  private static final Pattern MARKER = Pattern.compile("[ \t]*#[ \t]*skiff:[ \t]*step\\b(.*)");

  private PostParts() {}

  /// A part of a script.
  ///
  /// @param name as its marker gives it; empty for what stands before the first, or is not cut
  record Part(Optional<String> name, Section.Script script) {}

  /// The parts, in order; only one if there is no marker.
  static List<Part> of(Section.Script post) {
    List<Part> parts = new ArrayList<>();
    StringBuilder body = new StringBuilder();
    Optional<String> name = Optional.empty();
    List<String> lines = List.of(post.body().split("(?<=\n)", -1));
    int text = 0; // where the here-document that was opened last ends
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher marker = MARKER.matcher(line.stripTrailing());
      text = i < text ? text : endOfText(lines, i);
      if (i >= text && marker.matches()) {
        add(parts, name, body, post);
        String said = marker.group(1).strip();
        int number = (int) parts.stream().filter(part -> part.name().isPresent()).count() + 1;
        name = Optional.of(said.isEmpty() ? Integer.toString(number) : said);
        body.setLength(0);
      } else {
        body.append(line);
      }
    }
    if (parts.isEmpty() && name.isEmpty()) {
      return List.of(new Part(Optional.empty(), post));
    }
    add(parts, name, body, post);
    return parts;
  }

  /// Where the here-document ends that a line opens: its last line, or the line itself.
  private static int endOfText(List<String> lines, int opening) {
    Optional<String> word = HereDocument.opened(lines.get(opening));
    if (word.isPresent()) {
      for (int i = opening + 1; i < lines.size(); i++) {
        if (HereDocument.closing(lines.get(i)).stripTrailing().equals(word.get())) {
          return i;
        }
      }
    }
    return opening;
  }

  /// Nothing but comments before the first marker is no part.
  private static void add(
      List<Part> parts, Optional<String> name, StringBuilder body, Section.Script post) {
    boolean says =
        body.toString()
            .lines()
            .map(String::strip)
            .anyMatch(line -> !line.isEmpty() && !line.startsWith("#"));
    if (name.isPresent() || says) {
      parts.add(
          new Part(
              name,
              new Section.Script(
                  post.kind(), body.toString(), post.arguments(), post.place(), post.bodyPlace())));
    }
  }
}
