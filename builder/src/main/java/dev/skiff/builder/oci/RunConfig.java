package dev.skiff.builder.oci;

import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.builder.metadata.InspectMetadata;
import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.builder.oci.LowerLayers.Starter;
import dev.skiff.builder.plan.ChosenSections;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.Stage;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How an image wants to be run by tools that know nothing of `/.singularity.d`.
///
/// @param env `NAME=value`, in order
/// @param entrypoint the command's fixed beginning; empty if there is none
/// @param cmd the default arguments
/// @param labels by key
/// @param workingDir absolute, or empty
/// @param user as the base says it
/// @param entry what the entry point needs in the image, if it is not the base's
public record RunConfig(
    List<String> env,
    List<String> entrypoint,
    List<String> cmd,
    SortedMap<String, String> labels,
    String workingDir,
    String user,
    Optional<EntryPoint> entry) {

  /// One variable set to a text that no shell would change.
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)="
              + "(?:\"([^\"$`\\\\]*)\"|'([^']*)'|([A-Za-z0-9_./:,@%+=-]*))\\s*");

  /// Names that are exported, with a value or without.
  private static final Pattern EXPORT =
      Pattern.compile("export\\s+([A-Za-z_][A-Za-z0-9_]*(?:\\s+[A-Za-z_][A-Za-z0-9_]*)*)(?:=.*)?");

  public RunConfig {
    env = List.copyOf(env);
    entrypoint = List.copyOf(entrypoint);
    cmd = List.copyOf(cmd);
  }

  /// From a definition's last stage and its base.
  ///
  /// @param texts what the finished image says
  /// @param chosen which sections were carried out
  /// @param lower the base
  public static RunConfig of(
      Stage stage, ChosenSections chosen, ImageTexts texts, LowerLayers lower) throws IOException {
    Optional<ImageConfig> base = lower.config();
    boolean own =
        isThere(stage, chosen, ScriptKind.RUNSCRIPT)
            || isThere(stage, chosen, ScriptKind.ENVIRONMENT)
            || lower.starter() == Starter.SCRIPTS
            || leftVariables(texts);
    List<String> env = new ArrayList<>(base.map(ImageConfig::env).orElse(List.of()));
    if (isThere(stage, chosen, ScriptKind.ENVIRONMENT)) {
      stage
          .sections()
          .script(ScriptKind.ENVIRONMENT)
          .ifPresent(
              section -> variables(section.body()).forEach((name, value) -> set(env, name, value)));
    }
    SortedMap<String, String> labels = InspectMetadata.of(texts).own().labels();
    Optional<EntryPoint> entry = own ? EntryPoint.of(texts) : Optional.empty();
    return new RunConfig(
        env,
        own
            ? entry.map(EntryPoint::run).stream().toList()
            : base.map(ImageConfig::entrypoint).orElse(List.of()),
        own ? List.of() : base.map(ImageConfig::cmd).orElse(List.of()),
        labels,
        base.map(ImageConfig::workingDir).orElse(""),
        base.map(ImageConfig::user).orElse(""),
        entry);
  }

  /// Whether a script of the build left variables, which only the entry point reads.
  private static boolean leftVariables(ImageTexts texts) throws IOException {
    return texts
        .read(new ContainerPath(Skeleton.BUILD_ENVIRONMENT))
        .filter(text -> !text.isBlank())
        .isPresent();
  }

  private static boolean isThere(Stage stage, ChosenSections chosen, ScriptKind kind) {
    return chosen.includes(kind.word()) && stage.sections().script(kind).isPresent();
  }

  /// The variables that a script sets and exports, whatever it runs in. From the first line on that
  /// decides anything, only a shell knows.
  ///
  /// @param environment the script's text
  public static Map<String, String> variables(String environment) {
    Map<String, String> variables = new TreeMap<>();
    Set<String> exported = new HashSet<>();
    for (String line : environment.lines().toList()) {
      String plain = line.strip();
      Matcher found = ASSIGNMENT.matcher(plain);
      exported.addAll(exportedBy(plain));
      if (found.matches()) {
        for (int group = 2; group <= 4; group++) {
          String value = found.group(group);
          if (value != null) {
            variables.put(found.group(1), value);
          }
        }
      } else if (plain.matches("(if|case|for|while|until|\\{|\\().*")) {
        break;
      }
    }
    variables.keySet().retainAll(exported);
    return variables;
  }

  private static List<String> exportedBy(String line) {
    Matcher found = EXPORT.matcher(line);
    return found.matches() ? List.of(found.group(1).split("\\s+", -1)) : List.of();
  }

  private static void set(List<String> env, String name, String value) {
    env.removeIf(entry -> entry.startsWith(name + "="));
    env.add(name + "=" + value);
  }
}
