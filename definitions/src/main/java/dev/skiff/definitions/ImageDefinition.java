package dev.skiff.definitions;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.problem.SourceSpan;
import dev.skiff.definitions.syntax.Bootstrap;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.Header;
import dev.skiff.definitions.syntax.HeaderKey;
import dev.skiff.definitions.syntax.Sections;
import dev.skiff.definitions.syntax.Stage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The definition of a build without a definition file: one stage that is its base and nothing
/// else.
public final class ImageDefinition {

  private ImageDefinition() {}

  /// The definition that a URI such as `docker://debian:12` or `oci-archive:image.tar` stands for;
  /// empty if the text does not start with an agent's word and a colon.
  ///
  /// @throws ProblemException if nothing follows the colon, or it holds a line break
  public static Optional<DefinitionFile> ofUri(String uri) {
    int colon = uri.indexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    return Bootstrap.of(uri.substring(0, colon))
        .filter(agent -> agent.requiredKeys().contains(HeaderKey.FROM))
        .map(agent -> of(uri, agent, withoutSlashes(uri.substring(colon + 1))));
  }

  /// The definition that builds from a SIF or a sandbox.
  ///
  /// @param path as the person typed it
  /// @throws ProblemException if it is empty or holds a line break
  public static DefinitionFile ofLocalImage(String path) {
    return of(path, Bootstrap.LOCAL_IMAGE, path);
  }

  private static String withoutSlashes(String rest) {
    return rest.startsWith("//") ? rest.substring(2) : rest;
  }

  private static DefinitionFile of(String typed, Bootstrap agent, String from) {
    if (from.isBlank() || from.contains("\n") || from.contains("\r")) {
      throw new ProblemException(
          new Problem(
              "cannot build from '" + typed.strip() + "'",
              from.isBlank() ? "it names no image" : "a line break is no part of an image's name",
              "write it as in docker://debian:12"));
    }
    Header.Entry bootstrap = entry(typed, HeaderKey.BOOTSTRAP, agent.word(), 1);
    Header.Entry base = entry(typed, HeaderKey.FROM, from, 2);
    String text = bootstrap.keyPlace().text() + "\n" + base.keyPlace().text() + "\n\n";
    Stage stage =
        new Stage(
            "",
            new Header(List.of(bootstrap, base)),
            new Sections(List.of()),
            List.of(),
            text,
            bootstrap.keyPlace());
    return new DefinitionFile(typed, text, StandardCharsets.UTF_8, List.of(stage));
  }

  private static Header.Entry entry(String typed, HeaderKey key, String value, int line) {
    String name = key.spelling().toLowerCase(Locale.ROOT);
    String text = name + ": " + value;
    SourceSpan keyPlace = new SourceSpan(typed, line, 1, name.length(), text);
    SourceSpan valuePlace =
        new SourceSpan(typed, line, name.length() + 3, Math.max(1, value.length()), text);
    return new Header.Entry(key, name, value, keyPlace, valuePlace);
  }
}
