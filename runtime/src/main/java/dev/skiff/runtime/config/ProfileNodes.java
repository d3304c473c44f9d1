package dev.skiff.runtime.config;

import dev.skiff.definitions.finding.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// Reads the profiles of one `skiff.yaml`.
///
/// ```yaml
/// profiles:
///   skynet:
///     queue: [short, user-overcap]
///     gpu-types: {a40: a40, 2080_ti: 2080_ti}
/// ```
record ProfileNodes(ConfigFile file, PathText paths) {

  private static final String FORM = "write NAME, and below it lines KEY: VALUE";

  /// All of them, by name.
  Map<String, SiteProfile> read(Node node) {
    Map<String, SiteProfile> profiles = new LinkedHashMap<>();
    for (NodeTuple entry : file.mapping(node, "profiles").getValue()) {
      String name = file.scalar(entry.getKeyNode(), "a profile's name", FORM);
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
        throw file.problem(
            entry.getKeyNode().getStartMark(),
            "'%s' is no name of a profile".formatted(name),
            "a name has letters, digits and '_.-'");
      }
      profiles.put(name, profile(name, entry.getValueNode()));
    }
    return profiles;
  }

  private SiteProfile profile(String profile, Node node) {
    Map<ProfileKey, List<String>> words = new LinkedHashMap<>();
    Map<String, String> gpuTypes = new LinkedHashMap<>();
    for (NodeTuple entry : file.mapping(node, "the profile " + profile).getValue()) {
      String name = file.scalar(entry.getKeyNode(), "a key", FORM);
      ProfileKey key =
          ProfileKey.named(name)
              .orElseThrow(() ->
                  file.problem(
                      entry.getKeyNode().getStartMark(),
                      "a profile has no '%s'".formatted(name),
                      nearest(name)));
      if (key.form() == ProfileKey.Form.CONSTRAINTS) {
        for (NodeTuple type : file.mapping(entry.getValueNode(), name).getValue()) {
          gpuTypes.put(word(key, type.getKeyNode()), word(key, type.getValueNode()));
        }
      } else {
        words.put(key, words(key, entry.getValueNode()));
      }
    }
    return new SiteProfile(words, gpuTypes);
  }

  private static String nearest(String name) {
    List<String> names = ProfileKey.ALL.stream().map(ProfileKey::name).toList();
    return Nearest.of(name, names)
        .map(near -> "write '%s'".formatted(near))
        .orElse("write one of: " + String.join(", ", names));
  }

  private List<String> words(ProfileKey key, Node node) {
    if (key.form() == ProfileKey.Form.WORD || !(node instanceof SequenceNode list)) {
      return List.of(word(key, node));
    }
    List<String> words = new ArrayList<>();
    list.getValue().forEach(item -> words.add(word(key, item)));
    return words;
  }

  private String word(ProfileKey key, Node node) {
    String example = "write for example '%s: %s'".formatted(key.name(), key.example());
    String text = file.scalar(node, key.name(), example);
    try {
      String read = key.read().apply(text);
      return switch (key.form()) {
        case WORD, LIST, CONSTRAINTS -> read;
        case FOLDERS -> paths.absolute(read);
        case BINDS -> bind(read);
      };
    } catch (IllegalArgumentException e) {
      throw file.problem(
          node.getStartMark(), "%s '%s': %s".formatted(key.name(), text, e.getMessage()), example);
    }
  }

  /// Each path whole, the target as it is but for its variables.
  private String bind(String text) {
    String[] parts = text.split(":", 2);
    String source = paths.absolute(parts[0]);
    if (parts.length == 1) {
      return source;
    }
    String[] rest = parts[1].split(":", 2);
    return source + ":" + paths.absolute(rest[0]) + (rest.length > 1 ? ":" + rest[1] : "");
  }
}
