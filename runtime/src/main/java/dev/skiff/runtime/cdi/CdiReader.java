package dev.skiff.runtime.cdi;

import dev.skiff.runtime.cdi.CdiSpecification.Edits;
import dev.skiff.runtime.cdi.CdiSpecification.Hook;
import dev.skiff.runtime.cdi.CdiSpecification.Mount;
import dev.skiff.runtime.cdi.CdiSpecification.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// Reads one specification, in YAML or JSON. Whatever is not of the form that the specification
/// gives is a reason not to believe the file.
final class CdiReader {

  private static final int LARGEST_BYTES = 4 << 20;
  private static final int DEEPEST = 20;
  private static final Set<String> KNOWN_EDITS =
      Set.of("env", "deviceNodes", "mounts", "hooks", "additionalGids");

  private final Path file;

  private CdiReader(Path file) {
    this.file = file;
  }

  /// What a file describes.
  ///
  /// @throws IOException when it cannot be read, or says something that means nothing: the message
  ///   says what, without the file's name
  static CdiSpecification read(Path file) throws IOException {
    if (Files.size(file) > LARGEST_BYTES) {
      throw new IOException("it has more than " + LARGEST_BYTES + " bytes");
    }
    return parse(file, Files.readString(file));
  }

  static CdiSpecification parse(Path file, String text) throws IOException {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(DEEPEST);
    options.setCodePointLimit(LARGEST_BYTES);
    boolean json = file.toString().endsWith(".json");
    Object root;
    try {
      // JSON is YAML but for its tabs, which can only stand between its words.
      root = new Yaml(new SafeConstructor(options)).load(json ? text.replace('\t', ' ') : text);
    } catch (YAMLException | StackOverflowError e) {
      throw new IOException(json ? "it is no JSON" : "it is no YAML", e);
    }
    return new CdiReader(file).specification(map(root, "the file"));
  }

  private CdiSpecification specification(Map<?, ?> root) throws IOException {
    String version = text(root, "cdiVersion");
    if (!version.startsWith("0.") && !version.startsWith("1.")) {
      throw new IOException("its cdiVersion is '" + version + "', and 0.x and 1.x are understood");
    }
    String kind = text(root, "kind");
    if (!DeviceName.isKind(kind)) {
      throw new IOException("its kind '" + kind + "' is not of the form VENDOR/CLASS");
    }
    Map<String, Edits> devices = new LinkedHashMap<>();
    for (Object item : list(root, "devices")) {
      Map<?, ?> device = map(item, "a device");
      String name = text(device, "name");
      if (!DeviceName.isName(name)) {
        throw new IOException("'" + name + "' is no name of a device");
      }
      if (devices.put(name, edits(device)) != null) {
        throw new IOException("it describes the device '" + name + "' twice");
      }
    }
    return new CdiSpecification(file, kind, edits(root), devices);
  }

  private static Edits edits(Map<?, ?> owner) throws IOException {
    Object value = owner.get("containerEdits");
    if (value == null) {
      return Edits.NONE;
    }
    Map<?, ?> edits = map(value, "containerEdits");
    List<Node> nodes = new ArrayList<>();
    for (Object item : list(edits, "deviceNodes")) {
      Map<?, ?> node = map(item, "a device node");
      String path = path(node, "path");
      nodes.add(new Node(path, node.containsKey("hostPath") ? path(node, "hostPath") : path));
    }
    List<Mount> mounts = new ArrayList<>();
    for (Object item : list(edits, "mounts")) {
      Map<?, ?> mount = map(item, "a mount");
      mounts.add(
          new Mount(
              path(mount, "hostPath"),
              path(mount, "containerPath"),
              texts(mount, "options"),
              mount.containsKey("type") ? text(mount, "type") : ""));
    }
    List<Hook> hooks = new ArrayList<>();
    for (Object item : list(edits, "hooks")) {
      Map<?, ?> hook = map(item, "a hook");
      hooks.add(new Hook(path(hook, "path"), texts(hook, "args")));
    }
    return new Edits(variables(edits), nodes, mounts, hooks, groups(edits), others(edits));
  }

  private static List<String> variables(Map<?, ?> edits) throws IOException {
    List<String> variables = texts(edits, "env");
    for (String variable : variables) {
      if (!isAssignment(variable)) {
        throw new IOException("'" + variable + "' is no NAME=VALUE");
      }
    }
    return variables;
  }

  private static boolean isAssignment(String text) {
    int equals = text.indexOf('=');
    for (int i = 0; i < equals; i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
        return false;
      }
    }
    return equals > 0 && text.indexOf('\0') < 0;
  }

  private static List<Long> groups(Map<?, ?> edits) throws IOException {
    List<Long> groups = new ArrayList<>();
    for (Object item : list(edits, "additionalGids")) {
      if (!(item instanceof Number number) || number.longValue() < 0) {
        throw new IOException("'" + item + "' is no group id");
      }
      if (number.longValue() != 0) { // 0 stands for none, says the specification
        groups.add(number.longValue());
      }
    }
    return groups;
  }

  private static List<String> others(Map<?, ?> edits) {
    List<String> others = new ArrayList<>();
    for (Object key : edits.keySet()) {
      if (!KNOWN_EDITS.contains(String.valueOf(key))) {
        others.add(String.valueOf(key));
      }
    }
    return others;
  }

  private static Map<?, ?> map(@Nullable Object value, String what) throws IOException {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IOException(what + " is no map");
  }

  private static List<?> list(Map<?, ?> owner, String key) throws IOException {
    Object value = owner.get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw new IOException("'" + key + "' is no list");
  }

  private static List<String> texts(Map<?, ?> owner, String key) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Object item : list(owner, key)) {
      texts.add(scalar(item, key));
    }
    return texts;
  }

  private static String text(Map<?, ?> owner, String key) throws IOException {
    return scalar(owner.get(key), key);
  }

  private static String scalar(@Nullable Object value, String key) throws IOException {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw new IOException("'" + key + "' is " + (value == null ? "missing" : "no text"));
  }

  /// An absolute path that stays below its root.
  private static String path(Map<?, ?> owner, String key) throws IOException {
    String path = text(owner, key);
    boolean plain = path.startsWith("/") && path.indexOf('\0') < 0;
    if (!plain || (path + "/").contains("/../") || path.indexOf('\n') >= 0) {
      throw new IOException("the " + key + " '" + path + "' is no plain absolute path");
    }
    return path;
  }
}
