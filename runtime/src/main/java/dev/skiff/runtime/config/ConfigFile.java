package dev.skiff.runtime.config;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.problem.SourceSpan;
import dev.skiff.image.squashfs.BlockSize;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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

/// Reads `config.yaml`.
///
/// ```yaml
/// mirrors:
///   nvcr.io: [http://127.0.0.1:5000]
/// insecure: [registry.lab:5000]
/// compression: zstd:9
/// block-size: 256K
/// ```
public final class ConfigFile {

  private static final int LARGEST_BYTES = 1 << 20;
  private static final Path SITE = Path.of("/etc/skiff/config.yaml");
  private static final String EXAMPLE = "write for example 'mirrors: {nvcr.io: [https://HOST]}'";

  private final String file;
  private final List<String> lines;

  private ConfigFile(String file, String text) {
    this.file = file;
    this.lines = text.lines().toList();
  }

  /// The settings in force: the file that `SKIFF_CONFIG` names; without it the person's
  /// `$XDG_CONFIG_HOME/skiff/config.yaml` over `/etc/skiff/config.yaml`, each if it exists.
  ///
  /// @param environment the process' environment
  /// @throws ProblemException if a file cannot be read or says something that means nothing
  public static SkiffConfig load(Map<String, String> environment) {
    String named = environment.getOrDefault("SKIFF_CONFIG", "");
    if (!named.isEmpty()) {
      return read(Path.of(named));
    }
    SkiffConfig site = Files.exists(SITE) ? read(SITE) : SkiffConfig.EMPTY;
    Optional<Path> own = own(environment).filter(Files::exists);
    return own.isPresent() ? read(own.get()).over(site) : site;
  }

  private static Optional<Path> own(Map<String, String> environment) {
    String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
    if (configured.startsWith("/")) { // the XDG rule: relative ones are ignored
      return Optional.of(Path.of(configured, "skiff", "config.yaml"));
    }
    String home = environment.getOrDefault("HOME", "");
    return home.isEmpty()
        ? Optional.empty()
        : Optional.of(Path.of(home, ".config", "skiff", "config.yaml"));
  }

  /// Reads one file.
  ///
  /// @throws ProblemException if it cannot be read or says something that means nothing
  public static SkiffConfig read(Path file) {
    return parse(file.toString(), text(file));
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > LARGEST_BYTES) {
        throw unreadable(file, "it has more than %d bytes".formatted(LARGEST_BYTES));
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw unreadable(file, "it is not UTF-8");
    } catch (IOException e) {
      throw unreadable(file, "the file cannot be opened: " + e.getMessage());
    }
  }

  private static ProblemException unreadable(Path file, String why) {
    return new ProblemException(
        new Problem(
            "cannot read the configuration '%s'".formatted(file),
            why,
            "correct the file, or set SKIFF_CONFIG to another one"));
  }

  /// Reads the text of a file.
  ///
  /// @param file its name, for messages
  public static SkiffConfig parse(String file, String text) {
    return new ConfigFile(file, text).parse(text);
  }

  private SkiffConfig parse(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(0);
    options.setCodePointLimit(LARGEST_BYTES);
    try {
      Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
      return root == null ? SkiffConfig.EMPTY : settings(root);
    } catch (MarkedYAMLException e) {
      throw problem(e.getProblemMark(), String.valueOf(e.getProblem()));
    } catch (YAMLException e) {
      throw problem(null, String.valueOf(e.getMessage()));
    }
  }

  private SkiffConfig settings(Node root) {
    Map<String, List<URI>> mirrors = new HashMap<>();
    Set<String> insecure = new HashSet<>();
    Optional<CompressionLevel> compression = Optional.empty();
    Optional<BlockSize> blockSize = Optional.empty();
    for (NodeTuple setting : mapping(root, "the file")) {
      String key = scalar(setting.getKeyNode(), "a key");
      switch (key) {
        case "mirrors" -> readMirrors(setting.getValueNode(), mirrors);
        case "insecure" -> insecure.addAll(scalars(setting.getValueNode(), "insecure"));
        case "compression" -> compression = Optional.of(value(setting, CompressionLevel::parse));
        case "block-size" -> blockSize = Optional.of(value(setting, BlockSize::parse));
        default ->
            throw problem(
                setting.getKeyNode().getStartMark(),
                "there is no setting '%s', only mirrors, insecure, compression and block-size"
                    .formatted(key));
      }
    }
    return new SkiffConfig(mirrors, insecure, compression, blockSize);
  }

  private <T> T value(NodeTuple setting, Function<String, T> parse) {
    String key = scalar(setting.getKeyNode(), "a key");
    String text = scalar(setting.getValueNode(), key);
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw problem(
          setting.getValueNode().getStartMark(),
          "%s '%s': %s".formatted(key, text, e.getMessage()));
    }
  }

  private void readMirrors(Node node, Map<String, List<URI>> mirrors) {
    for (NodeTuple entry : mapping(node, "mirrors")) {
      String registry = scalar(entry.getKeyNode(), "a registry");
      List<URI> urls = new ArrayList<>();
      for (String url : scalars(entry.getValueNode(), "the mirrors of " + registry)) {
        urls.add(mirror(entry.getValueNode().getStartMark(), url));
      }
      mirrors.put(registry, urls);
    }
  }

  private URI mirror(Mark mark, String text) {
    try {
      URI url = new URI(text.contains("://") ? text : "https://" + text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null && url.getQuery() == null && url.getUserInfo() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // told below, as every other text that is no address
    }
    throw problem(
        mark, "'%s' is no address of the form http[s]://HOST[:PORT][/PATH]".formatted(text));
  }

  private List<NodeTuple> mapping(Node node, String what) {
    if (node instanceof MappingNode mapping) {
      Set<String> keys = new HashSet<>();
      for (NodeTuple entry : mapping.getValue()) {
        if (!keys.add(scalar(entry.getKeyNode(), "a key"))) {
          throw problem(entry.getKeyNode().getStartMark(), "this key stands twice");
        }
      }
      return mapping.getValue();
    }
    throw problem(node.getStartMark(), "%s is no map of KEY: VALUE".formatted(what));
  }

  private List<String> scalars(Node node, String what) {
    if (!(node instanceof SequenceNode list)) {
      throw problem(node.getStartMark(), "%s is no list".formatted(what));
    }
    return list.getValue().stream().map(item -> scalar(item, "an entry of " + what)).toList();
  }

  private String scalar(Node node, String what) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw problem(node.getStartMark(), "%s is no single word".formatted(what));
  }

  private ProblemException problem(@Nullable Mark mark, String why) {
    Optional<SourceSpan> where =
        mark == null || mark.getLine() >= lines.size()
            ? Optional.empty()
            : Optional.of(
                new SourceSpan(
                    file, mark.getLine() + 1, mark.getColumn() + 1, 1, lines.get(mark.getLine())));
    return new ProblemException(
        new Problem("cannot use the configuration '%s'".formatted(file), why, EXAMPLE, where));
  }
}
