package dev.skiff.runtime.config;

import dev.skiff.definitions.problem.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/// The text of a configuration, changed in one place: every other character stays as it is,
/// comments too. What cannot be changed so is refused.
///
/// @param file for messages
record ConfigText(Path file, String text) {

  /// The text with a setting, or with one row of a table, set to words.
  ///
  /// @param row the registry, for a table
  ConfigText with(Setting setting, Optional<String> row, List<String> words) {
    String value =
        setting.type().isList()
            ? "[" + String.join(", ", words.stream().map(ConfigText::quoted).toList()) + "]"
            : quoted(words.getFirst());
    Optional<NodeTuple> entry = entry(ConfigFile.nodes(file, text), setting.name());
    if (row.isEmpty()) {
      return entry.isPresent()
          ? replaced(setting, entry.get(), value)
          : appended(setting, setting.name() + ": " + value);
    }
    String line = quoted(row.get()) + ": " + value;
    if (entry.isEmpty()) {
      return appended(setting, setting.name() + ":\n  " + line);
    }
    if (!(entry.get().getValueNode() instanceof MappingNode table)) {
      return replaced(setting, entry.get(), "{" + line + "}");
    }
    Optional<NodeTuple> old = entry(Optional.of(table), row.get());
    return old.isPresent() ? replaced(setting, old.get(), value) : inserted(table, line);
  }

  /// The text without a setting, or without one row of a table.
  ConfigText without(Setting setting, Optional<String> row) {
    Optional<NodeTuple> entry = entry(ConfigFile.nodes(file, text), setting.name());
    if (entry.isEmpty()) {
      return this;
    }
    if (row.isEmpty() || !(entry.get().getValueNode() instanceof MappingNode table)) {
      return removed(setting, entry.get());
    }
    Optional<NodeTuple> old = entry(Optional.of(table), row.get());
    if (old.isEmpty()) {
      return this;
    }
    if (table.getValue().size() == 1) {
      return removed(setting, entry.get());
    }
    if (table.getFlowStyle() == FlowStyle.FLOW) {
      throw ConfigProblems.byHand(file, setting.name(), "its registries stand on one line");
    }
    return removed(setting, old.get());
  }

  private static Optional<NodeTuple> entry(Optional<MappingNode> mapping, String key) {
    return mapping.stream()
        .flatMap(node -> node.getValue().stream())
        .filter(
            tuple -> tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key))
        .findFirst();
  }

  private ConfigText replaced(Setting setting, NodeTuple entry, String value) {
    int key = entry.getKeyNode().getEndMark().getIndex();
    int start = entry.getValueNode().getStartMark().getIndex();
    int end = end(entry.getValueNode());
    boolean sameLine = part(key, start).indexOf('\n') < 0;
    boolean several = part(start, end).indexOf('\n') >= 0;
    if ((several || !sameLine) && part(key, end).indexOf('#') >= 0) {
      throw byHand(setting);
    }
    return sameLine && start < end
        ? edited(start, end, value)
        : edited(key, Math.max(key, end), ": " + value);
  }

  /// A new row after the last one, at its indentation.
  private ConfigText inserted(MappingNode table, String line) {
    if (table.getFlowStyle() == FlowStyle.FLOW) {
      int brace = end(table) - 1;
      return edited(brace, brace, (table.getValue().isEmpty() ? "" : ", ") + line);
    }
    NodeTuple last = table.getValue().getLast();
    int column = table.getValue().getFirst().getKeyNode().getStartMark().getColumn();
    int after = lineEnd(end(last.getValueNode()));
    return edited(after, after, "\n" + " ".repeat(column) + line);
  }

  private ConfigText appended(Setting setting, String line) {
    if (ConfigFile.nodes(file, text).filter(n -> n.getFlowStyle() == FlowStyle.FLOW).isPresent()) {
      throw ConfigProblems.byHand(file, setting.name(), "the file is one expression in braces");
    }
    String before = text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    return new ConfigText(file, before + line + "\n");
  }

  private ConfigText removed(Setting setting, NodeTuple entry) {
    int start = lineStart(entry.getKeyNode().getStartMark().getIndex());
    int end = lineEnd(end(entry.getValueNode()));
    if (part(start, end).lines().anyMatch(line -> line.strip().startsWith("#"))) {
      throw byHand(setting);
    }
    return edited(start, Math.min(end + 1, length()), "");
  }

  private ProblemException byHand(Setting setting) {
    return ConfigProblems.byHand(file, setting.name(), "a comment stands within its value");
  }

  /// Where a node's own text ends; the marks of block collections go on to the next one.
  private static int end(Node node) {
    boolean block =
        node instanceof CollectionNode<?> list && list.getFlowStyle() == FlowStyle.BLOCK;
    if (!block) {
      return node.getEndMark().getIndex();
    }
    return switch (((CollectionNode<?>) node).getValue().getLast()) {
      case NodeTuple tuple -> end(tuple.getValueNode());
      case Node item -> end(item);
      default -> throw new IllegalStateException("neither row nor item");
    };
  }

  // The marks count code points, so do these.

  private int length() {
    return text.codePointCount(0, text.length());
  }

  private int at(int codePoint) {
    return text.offsetByCodePoints(0, codePoint);
  }

  private String part(int start, int end) {
    return text.substring(at(start), Math.max(at(start), at(end)));
  }

  private int lineStart(int codePoint) {
    int offset = text.lastIndexOf('\n', at(codePoint) - 1) + 1;
    return text.codePointCount(0, offset);
  }

  private int lineEnd(int codePoint) {
    int offset = text.indexOf('\n', at(codePoint));
    return offset < 0 ? length() : text.codePointCount(0, offset);
  }

  private ConfigText edited(int start, int end, String inserted) {
    return new ConfigText(file, text.substring(0, at(start)) + inserted + text.substring(at(end)));
  }

  /// A word as YAML reads it back.
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./$~][A-Za-z0-9_./$~+-]*(:[A-Za-z0-9/][A-Za-z0-9_./$~+-]*)?")
        ? word
        : "'" + word.replace("'", "''") + "'";
  }
}
