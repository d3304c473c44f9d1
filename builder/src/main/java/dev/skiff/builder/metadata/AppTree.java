package dev.skiff.builder.metadata;

import dev.skiff.builder.metadata.ImageEntry.TextFile;
import dev.skiff.builder.metadata.ImageEntry.WhenPresent;
import dev.skiff.definitions.syntax.App;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.Sections;
import dev.skiff.runtime.plan.ContainerPath;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the app sections of a definition become: a SCIF tree below `/scif`, and the variables that
/// say where each app is.
///
/// @see <a href="https://sci-f.github.io/spec-v1">SCIF specification</a>
public final class AppTree {

  private static final String BASE =
      """
      #!/bin/sh

      SCIF_APPNAME=@
      SCIF_APPROOT="/scif/apps/@"
      SCIF_APPMETA="/scif/apps/@/scif"
      SCIF_DATA="/scif/data"
      SCIF_APPDATA="/scif/data/@"
      SCIF_APPINPUT="/scif/data/@/input"
      SCIF_APPOUTPUT="/scif/data/@/output"
      export SCIF_APPDATA SCIF_APPNAME SCIF_APPROOT SCIF_APPMETA SCIF_APPINPUT SCIF_APPOUTPUT SCIF_DATA
      """;
  private static final String EXPORTS =
      """
      # Where the app @ is

      SCIF_APPDATA_%=/scif/data/@
      SCIF_APPMETA_%=/scif/apps/@/scif
      SCIF_APPROOT_%=/scif/apps/@
      SCIF_APPBIN_%=/scif/apps/@/bin
      SCIF_APPLIB_%=/scif/apps/@/lib

      export SCIF_APPDATA_% SCIF_APPMETA_% SCIF_APPROOT_% SCIF_APPBIN_% SCIF_APPLIB_%
      """;

  private AppTree() {}

  /// The app's directories and the variables that `%appinstall` needs: laid before `%appfiles`.
  public static List<ImageEntry> folders(App app) {
    String root = "/scif/apps/" + app.name();
    List<ImageEntry> entries = new ArrayList<>();
    for (String below : List.of("", "/bin", "/lib", "/scif", "/scif/env")) {
      entries.add(ImageEntry.folder(root + below));
    }
    for (String below : List.of("", "/input", "/output")) {
      entries.add(ImageEntry.folder("/scif/data/" + app.name() + below));
    }
    String base = BASE.replace("@", app.name());
    entries.add(ImageEntry.script(root + "/scif/env/01-base.sh", base, StandardCharsets.UTF_8));
    return entries;
  }

  /// The app's own scripts, help and labels.
  public static List<ImageEntry> files(App app, Charset encoding) {
    String meta = "/scif/apps/" + app.name() + "/scif";
    Sections sections = app.sections();
    List<ImageEntry> entries = new ArrayList<>();
    for (Map.Entry<ScriptKind, String> script : scripts().entrySet()) {
      sections
          .script(script.getKey())
          .map(AppTree::fileText)
          .map(text -> ImageEntry.script(meta + "/" + script.getValue(), text, encoding))
          .ifPresent(entries::add);
    }
    sections
        .help()
        .map(help -> ImageEntry.text(meta + "/runscript.help", help.text(), encoding))
        .ifPresent(entries::add);
    entries.add(ImageEntry.text(meta + "/labels.json", labels(app)));
    return entries;
  }

  /// The environment is read by a shell, so it stands as written.
  private static String fileText(Section.Script script) {
    return script.kind() == ScriptKind.APP_ENVIRONMENT
        ? script.body()
        : "#!/bin/sh\n\n" + script.body() + "\n";
  }

  private static Map<ScriptKind, String> scripts() {
    return new TreeMap<>(
        Map.of(
            ScriptKind.APP_RUN, "runscript",
            ScriptKind.APP_START, "startscript",
            ScriptKind.APP_TEST, "test",
            ScriptKind.APP_ENVIRONMENT, "env/90-environment.sh"));
  }

  private static String labels(App app) {
    TreeMap<String, String> labels = new TreeMap<>();
    for (Section.Label label : app.sections().labels()) {
      labels.put(label.key(), label.value());
    }
    labels.put("SCIF_APP_NAME", app.name());
    return GoJson.indented(labels);
  }

  /// The variables of all apps, for every command in the container; added to those of the base.
  public static ImageEntry exports(List<App> apps) {
    StringBuilder text = new StringBuilder();
    for (App app : apps) {
      String variable = app.name().replaceAll("\\W", "_");
      text.append(EXPORTS.replace("@", app.name()).replace("%", variable));
      exported(app)
          .forEach((name, file) ->
              text.append(
                  "export SCIF_APP%s_%s=\"/scif/apps/%s/scif/%s\"\n"
                      .formatted(name, variable, app.name(), file)));
    }
    return new TextFile(
        new ContainerPath(Skeleton.APPS_ENVIRONMENT),
        text.toString(),
        StandardCharsets.UTF_8,
        0755,
        WhenPresent.APPEND);
  }

  private static Map<String, String> exported(App app) {
    Map<String, String> files = new TreeMap<>();
    files.put("LABELS", "labels.json");
    Sections sections = app.sections();
    if (sections.script(ScriptKind.APP_ENVIRONMENT).isPresent()) {
      files.put("ENV", "env/90-environment.sh");
    }
    if (sections.script(ScriptKind.APP_RUN).isPresent()) {
      files.put("RUN", "runscript");
    }
    if (sections.script(ScriptKind.APP_START).isPresent()) {
      files.put("START", "startscript");
    }
    return files;
  }

  /// What `%appinstall` adds to `%post`: it runs in the app's own directory with the app's
  /// variables.
  public static String installation(App app) {
    return app.sections()
        .script(ScriptKind.APP_INSTALL)
        .map(section ->
            """

            cd /
            . "/scif/apps/@/scif/env/01-base.sh"
            cd "/scif/apps/@"
            """
                    .replace("@", app.name())
                + section.body()
                + "\ncd /\n")
        .orElse("");
  }
}
