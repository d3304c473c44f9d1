package dev.skiff.builder.metadata;

import dev.skiff.image.oci.ImageConfig;
import dev.skiff.runtime.plan.ShellText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What an OCI image's configuration becomes in a Singularity image: a runscript and an environment
/// script.
public final class OciScripts {

  private OciScripts() {}

  /// What the configuration becomes: runscript, environment script and labels.
  public static List<ImageEntry> entries(ImageConfig config) {
    return List.of(
        ImageEntry.script(
            Skeleton.RUNSCRIPT,
            runscript(config.entrypoint(), config.cmd()),
            StandardCharsets.UTF_8),
        ImageEntry.script(
            Skeleton.OCI_ENVIRONMENT, environment(config.env()).text(), StandardCharsets.UTF_8),
        ImageEntry.text(Skeleton.LABELS, Labels.of(config.labels()).json()));
  }

  /// The runscript. Arguments reach the command exactly as given, as Docker passes them; with
  /// `SKIFF_EVAL` set and `SINGULARITY_NO_EVAL` unset they are evaluated by the shell first, as
  /// older images do.
  public static String runscript(List<String> entrypoint, List<String> cmd) {
    return """
    #!/bin/sh
    OCI_ENTRYPOINT=%s
    OCI_CMD=%s

    if [ -n "${SKIFF_EVAL:-}" ] && [ -z "${SINGULARITY_NO_EVAL:-}" ]; then
        OCI_ARGUMENTS=""
        for argument in "$@"; do
            OCI_ARGUMENTS="${OCI_ARGUMENTS} \\"${argument}\\""
        done
        if [ $# -eq 0 ]; then
            OCI_ARGUMENTS=" ${OCI_CMD}"
        fi
        eval "set -- ${OCI_ENTRYPOINT}${OCI_ARGUMENTS}"
    else
    %sfi

    if [ $# -eq 0 ]; then
        echo "This image names neither an entrypoint nor a command: say what to run." >&2
        exit 1
    fi
    exec "$@"
    """
        .formatted(evaluated(entrypoint), evaluated(cmd), exactArguments(entrypoint, cmd));
  }

  private static String exactArguments(List<String> entrypoint, List<String> cmd) {
    StringBuilder lines = new StringBuilder();
    if (!cmd.isEmpty()) {
      lines.append("    if [ $# -eq 0 ]; then\n");
      lines.append("        set -- ").append(ShellText.literals(cmd)).append('\n');
      lines.append("    fi\n");
    }
    if (!entrypoint.isEmpty()) {
      lines.append("    set -- ").append(ShellText.literals(entrypoint)).append(" \"$@\"\n");
    }
    return lines.isEmpty() ? "    :\n" : lines.toString();
  }

  /// Words for `eval`: each between double quotes, the whole between single quotes.
  private static String evaluated(List<String> words) {
    return words.stream()
        .map(word -> '"' + ShellText.escapedInDoubleQuotes(word) + '"')
        .map(word -> word.replace("'", "'\"'\"'"))
        .collect(Collectors.joining(" ", "'", "'"));
  }

  /// `10-docker2singularity.sh`: one `export` for each entry of the image's `Env`. A variable that
  /// already has a value keeps it, except `PATH`.
  public static EnvironmentScript environment(List<String> env) {
    StringBuilder script = new StringBuilder("#!/bin/sh\n");
    List<String> skipped = new ArrayList<>();
    for (String entry : env) {
      int equals = entry.indexOf('=');
      String name = equals < 0 ? entry : entry.substring(0, equals);
      String value = equals < 0 ? "" : entry.substring(equals + 1);
      if (ShellText.isVariableName(name)) {
        script.append(export(name, value)).append('\n');
      } else {
        skipped.add(name);
      }
    }
    return new EnvironmentScript(script.toString(), List.copyOf(skipped));
  }

  private static String export(String name, String value) {
    String escaped = ShellText.escapedInDoubleQuotes(value);
    if (name.equals("PATH")) {
      return "export PATH=\"%s\"".formatted(escaped);
    }
    if (value.isEmpty()) {
      return "export %1$s=\"${%1$s:-}\"".formatted(name);
    }
    if (value.matches("[^'}\\n]*")) {
      return "export %1$s=\"${%1$s:-\"%2$s\"}\"".formatted(name, escaped);
    }
    // Shells differ in how they read a quote or a brace inside "${...}", and the one within
    // Apptainer in how it reads a quote after a backslash.
    return "[ -n \"${%1$s:-}\" ] || %1$s=\"%2$s\"; export %1$s".formatted(name, escaped);
  }

  /// The text of the script, and the names that no shell variable can have.
  public record EnvironmentScript(String text, List<String> skippedNames) {}
}
