package dev.skiff.builder.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a Debian-like host gets its packages from.
///
/// @param entries in the order of the files
/// @see <a href="https://manpages.debian.org/sources.list.5">sources.list(5)</a>
public record AptSources(List<Entry> entries) {

  public AptSources {
    entries = List.copyOf(entries);
  }

  /// A place to fetch binary packages from.
  ///
  /// @param signedBy an absolute path of a keyring on the host; empty means the usual ones
  public record Entry(
      String uri, String suite, List<String> components, Optional<String> signedBy) {
    public Entry {
      components = List.copyOf(components);
    }

    /// One line of `sources.list`.
    String line() {
      String options = signedBy.map("[signed-by=%s] "::formatted).orElse("");
      return "deb %s%s %s %s".formatted(options, uri, suite, String.join(" ", components)).strip();
    }
  }

  /// The sources of this machine; none where there is no apt.
  static AptSources read(Path etcApt) throws IOException {
    List<Path> files = new ArrayList<>();
    Path parts = etcApt.resolve("sources.list.d");
    if (Files.isDirectory(parts)) {
      try (Stream<Path> listed = Files.list(parts)) {
        files.addAll(listed.sorted().toList());
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    files.addFirst(etcApt.resolve("sources.list"));
    List<Entry> entries = new ArrayList<>();
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
        continue;
      }
      if (name.endsWith(".list")) {
        entries.addAll(oneLineStyle(Files.readString(file)));
      } else if (name.endsWith(".sources")) {
        entries.addAll(deb822Style(Files.readString(file)));
      }
    }
    return new AptSources(entries);
  }

  /// `deb [option=value ...] URI SUITE COMPONENT...`, one a line.
  static List<Entry> oneLineStyle(String text) {
    List<Entry> entries = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String rest = line.replaceFirst("#.*", "").strip();
      if (!rest.matches("deb\\s.*")) {
        continue;
      }
      rest = rest.substring(3).strip();
      Optional<String> signedBy = Optional.empty();
      if (rest.startsWith("[") && rest.contains("]")) {
        signedBy = option(rest.substring(1, rest.indexOf(']')), "signed-by");
        rest = rest.substring(rest.indexOf(']') + 1).strip();
      }
      List<String> words = List.of(rest.split("\\s+", -1));
      if (words.size() >= 2) {
        entries.add(
            new Entry(words.get(0), words.get(1), words.subList(2, words.size()), signedBy));
      }
    }
    return entries;
  }

  private static Optional<String> option(String options, String name) {
    for (String option : options.strip().split("\\s+", -1)) {
      if (option.startsWith(name + "=/")) {
        return Optional.of(option.substring(name.length() + 1));
      }
    }
    return Optional.empty();
  }

  /// Paragraphs of `Field: value`, of which lists may go over several lines.
  static List<Entry> deb822Style(String text) {
    List<Entry> entries = new ArrayList<>();
    Map<String, String> fields = new LinkedHashMap<>();
    String last = "";
    for (String line : (text + "\n\n").lines().toList()) {
      if (line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      if (line.isBlank()) {
        entries.addAll(paragraph(fields));
        fields.clear();
      } else if (Character.isWhitespace(line.charAt(0))) {
        fields.merge(last, line, (a, b) -> a + " " + b);
      } else if (colon > 0) {
        last = line.substring(0, colon).toLowerCase(Locale.ROOT);
        fields.put(last, line.substring(colon + 1).strip());
      }
    }
    entries.addAll(paragraph(fields));
    return entries;
  }

  private static List<Entry> paragraph(Map<String, String> fields) {
    boolean off = fields.getOrDefault("enabled", "yes").matches("no|false|0|off");
    if (off || !words(fields, "types").contains("deb")) {
      return List.of();
    }
    Optional<String> signedBy =
        Optional.ofNullable(fields.get("signed-by")).filter(value -> value.startsWith("/"));
    List<Entry> entries = new ArrayList<>();
    for (String uri : words(fields, "uris")) {
      for (String suite : words(fields, "suites")) {
        entries.add(new Entry(uri, suite, words(fields, "components"), signedBy));
      }
    }
    return entries;
  }

  private static List<String> words(Map<String, String> fields, String name) {
    String value = fields.getOrDefault(name, "").strip();
    return value.isEmpty() ? List.of() : List.of(value.split("\\s+", -1));
  }

  /// The entries of a release: itself, its updates and its security fixes; not its backports.
  List<Entry> of(String release) {
    return entries.stream()
        .filter(entry ->
            entry.suite().equals(release)
                || entry.suite().matches("\\Q" + release + "\\E[-/](security|updates)"))
        .toList();
  }

  /// The entry of the release itself, which comes first.
  Optional<Entry> main(String release) {
    return entries.stream().filter(entry -> entry.suite().equals(release)).findFirst();
  }
}
