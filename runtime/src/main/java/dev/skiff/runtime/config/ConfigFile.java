package dev.skiff.runtime.config;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.problem.SourceSpan;
import dev.skiff.runtime.config.Given.Layer;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/// Reads one `skiff.yaml`.
///
/// ```yaml
/// mirrors:
///   nvcr.io: [http://127.0.0.1:5000]
/// insecure: [registry.lab:5000]
/// compression: zstd:9
/// ```
final class ConfigFile {

  private static final int LARGEST_BYTES = 1 << 20;
  private static final int DEEPEST = 8;

  private final String file;
  private final Layer layer;
  private final PathText paths;
  private final List<String> lines;

  private ConfigFile(Path file, Layer layer, Map<String, String> environment, String text) {
    Path folder = file.toAbsolutePath().getParent();
    this.file = file.toString();
    this.layer = layer;
    this.paths = new PathText(folder == null ? Path.of("/") : folder, environment);
    this.lines = text.lines().toList();
  }

  /// What a file sets.
  ///
  /// @throws ProblemException if it cannot be read or says something that means nothing
  static Map<Setting, Given> read(Path file, Layer layer, Map<String, String> environment) {
    return parse(file, layer, environment, text(file));
  }

  /// What a text sets.
  ///
  /// @param file its name, for messages, and for the paths in it
  static Map<Setting, Given> parse(
      Path file, Layer layer, Map<String, String> environment, String text) {
    ConfigFile config = new ConfigFile(file, layer, environment, text);
    return config.compose(text).map(config::settings).orElse(Map.of());
  }

  /// The text of a file.
  static String text(Path file) {
    try {
      if (isEndless(file)) {
        throw ConfigProblems.unreadable(file, "it is a pipe or a device, and no file");
      }
      if (Files.size(file) > LARGEST_BYTES) {
        throw ConfigProblems.unreadable(file, "it has more than %d bytes".formatted(LARGEST_BYTES));
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw ConfigProblems.unreadable(file, "it is not UTF-8");
    } catch (AccessDeniedException e) {
      throw ConfigProblems.unreadable(file, "you may not read it");
    } catch (IOException e) {
      throw ConfigProblems.unreadable(file, "the file cannot be opened: " + e.getMessage());
    }
  }

  /// Whether reading it might never end. `/dev/null` stands for no settings.
  private static boolean isEndless(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).isOther()
        && !file.toRealPath().equals(Path.of("/dev/null"));
  }

  /// The nodes of a text; nothing if it sets nothing.
  static Optional<MappingNode> nodes(Path file, String text) {
    ConfigFile config = new ConfigFile(file, Layer.NAMED, Map.of(), text);
    return config.compose(text).map(root -> config.mapping(root, "the file"));
  }

  private Optional<Node> compose(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(DEEPEST);
    options.setCodePointLimit(LARGEST_BYTES);
    try {
      return Optional.ofNullable(
          new Yaml(new SafeConstructor(options)).compose(new StringReader(text)));
    } catch (MarkedYAMLException e) {
      throw problem(e.getProblemMark(), String.valueOf(e.getProblem()), "correct the line");
    } catch (YAMLException e) {
      if (String.valueOf(e.getMessage()).contains("aliases")) {
        throw problem(null, "an alias stands for a list or a table", "write it out in every place");
      }
      throw problem(null, String.valueOf(e.getMessage()), "correct the file");
    }
  }

  private Map<Setting, Given> settings(Node root) {
    Map<Setting, Given> settings = new LinkedHashMap<>();
    for (NodeTuple entry : mapping(root, "the file").getValue()) {
      String name = scalar(entry.getKeyNode(), "a key", "write NAME: VALUE");
      Mark mark = entry.getKeyNode().getStartMark();
      Optional<Setting> setting = Setting.named(name);
      if (setting.isEmpty()) {
        throw problem(mark, ConfigProblems.noSetting(name), ConfigProblems.nearest(name));
      }
      SettingValue value = value(setting.get(), entry.getValueNode());
      settings.put(
          setting.get(), new Given(value, layer, "%s:%d".formatted(file, mark.getLine() + 1)));
    }
    return settings;
  }

  private SettingValue value(Setting setting, Node node) {
    String name = setting.name();
    return switch (setting.type().shape()) {
      case WORD, PATH -> new SettingValue.Word(word(setting, node, name));
      case LIST -> new SettingValue.Words(words(setting, node, name));
      case PATHS_OF_HOSTS, LISTS_OF_HOSTS -> new SettingValue.Table(rows(setting, node));
      case PROFILES -> new SettingValue.Profiles(new ProfileNodes(this, paths).read(node));
    };
  }

  private Map<String, List<String>> rows(Setting setting, Node node) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (NodeTuple entry : mapping(node, setting.name()).getValue()) {
      String host = scalar(entry.getKeyNode(), "a registry", ConfigProblems.example(setting));
      try {
        String _ = ValueType.host(host);
      } catch (IllegalArgumentException e) {
        throw problem(
            entry.getKeyNode().getStartMark(),
            "'%s': %s".formatted(host, e.getMessage()),
            ConfigProblems.example(setting));
      }
      String what = "%s of %s".formatted(setting.name(), host);
      Node value = entry.getValueNode();
      rows.put(
          host,
          setting.type().shape() == ValueType.Shape.LISTS_OF_HOSTS
              ? words(setting, value, what)
              : List.of(word(setting, value, what)));
    }
    return rows;
  }

  private List<String> words(Setting setting, Node node, String what) {
    if (node instanceof SequenceNode list) {
      return list.getValue().stream()
          .map(item -> word(setting, item, "an entry of " + what))
          .toList();
    }
    throw problem(node.getStartMark(), what + " is no list", ConfigProblems.example(setting));
  }

  private String word(Setting setting, Node node, String what) {
    String text = scalar(node, what, ConfigProblems.example(setting));
    try {
      return checked(setting, text, paths);
    } catch (IllegalArgumentException e) {
      throw problem(
          node.getStartMark(),
          "%s '%s': %s".formatted(setting.name(), text, e.getMessage()),
          ConfigProblems.example(setting));
    }
  }

  /// A word in its usual form, paths whole.
  ///
  /// @throws IllegalArgumentException saying what is wrong with it
  static String checked(Setting setting, String text, PathText paths) {
    String read = setting.type().read().apply(text);
    return setting.type().isPath() ? paths.absolute(read) : read;
  }

  MappingNode mapping(Node node, String what) {
    if (node instanceof MappingNode mapping) {
      Set<String> keys = new HashSet<>();
      for (NodeTuple entry : mapping.getValue()) {
        if (!keys.add(scalar(entry.getKeyNode(), "a key", "write NAME: VALUE"))) {
          throw problem(
              entry.getKeyNode().getStartMark(),
              "this key stands twice",
              "leave out one of the two");
        }
      }
      return mapping;
    }
    throw problem(node.getStartMark(), what + " is no map of KEY: VALUE", "write NAME: VALUE");
  }

  String scalar(Node node, String what, String fix) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw problem(node.getStartMark(), what + " is no single word", fix);
  }

  ProblemException problem(@Nullable Mark mark, String why, String fix) {
    Optional<SourceSpan> where =
        mark == null || mark.getLine() >= lines.size()
            ? Optional.empty()
            : Optional.of(
                new SourceSpan(
                    file, mark.getLine() + 1, mark.getColumn() + 1, 1, lines.get(mark.getLine())));
    return ConfigProblems.unusable(file, why, fix, where);
  }
}
