package dev.skiff.builder.metadata;

import dev.skiff.builder.metadata.ImageEntry.Folder;
import dev.skiff.builder.metadata.ImageEntry.Link;
import dev.skiff.builder.metadata.ImageEntry.TextFile;
import dev.skiff.builder.metadata.ImageEntry.WhenPresent;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The files that every image has below `/.singularity.d`, the directories that mounts need, and
/// the links that older runtimes look for.
public final class Skeleton {

  /// Environment scripts are read in the order of their names.
  public static final String ENVIRONMENT = "/.singularity.d/env/90-environment.sh";

  static final String OCI_ENVIRONMENT = "/.singularity.d/env/10-docker2singularity.sh";
  static final String APPS_ENVIRONMENT = "/.singularity.d/env/94-appsbase.sh";

  /// Where `%post` and `%setup` leave variables: `$APPTAINER_ENVIRONMENT`.
  public static final String BUILD_ENVIRONMENT = "/.singularity.d/env/91-environment.sh";

  /// Where `%post` and `%setup` leave labels: `$APPTAINER_LABELS`. Not part of the image.
  public static final String BUILD_LABELS = "/.build.labels";

  public static final String DEFINITION = "/.singularity.d/Singularity";
  static final String RUNSCRIPT = "/.singularity.d/runscript";
  static final String STARTSCRIPT = "/.singularity.d/startscript";

  /// What `%test` became.
  public static final String TEST_SCRIPT = "/.singularity.d/test";

  public static final String HELP = "/.singularity.d/runscript.help";
  public static final String LABELS = "/.singularity.d/labels.json";

  private static final List<String> FOLDERS =
      List.of(
          "/.singularity.d/actions",
          "/.singularity.d/env",
          "/.singularity.d/libs",
          "/dev",
          "/proc",
          "/root",
          "/var/tmp",
          "/tmp",
          "/etc",
          "/sys",
          "/home");
  private static final List<String> ACTIONS = List.of("exec", "run", "shell", "start", "test");
  private static final List<String> SCRIPTS =
      List.of("01-base.sh", "90-environment.sh", "95-apps.sh", "99-base.sh", "99-runtimevars.sh");

  private Skeleton() {}

  /// The entries, parents before children.
  ///
  /// @param scripts whether scripts that a base image brought along stay as they are
  public static List<ImageEntry> entries(WhenPresent scripts) {
    List<ImageEntry> entries = new ArrayList<>();
    for (String folder : FOLDERS) {
      entries.add(new Folder(new ContainerPath(folder), permissions(folder)));
    }
    for (String action : ACTIONS) {
      entries.add(script("actions/" + action, scripts));
    }
    for (String script : SCRIPTS) {
      entries.add(script("env/" + script, scripts));
    }
    entries.add(file(APPS_ENVIRONMENT, "", 0755, scripts));
    for (String empty : List.of("/etc/hosts", "/etc/resolv.conf")) {
      entries.add(file(empty, "", 0644, WhenPresent.KEEP));
    }
    entries.add(file(RUNSCRIPT, "#!/bin/sh\n", 0755, WhenPresent.KEEP));
    entries.add(file(STARTSCRIPT, "#!/bin/sh\n", 0755, WhenPresent.KEEP));
    entries.add(link("/singularity", ".singularity.d/runscript"));
    for (String action : List.of("run", "exec", "test", "shell")) {
      entries.add(link("/." + action, ".singularity.d/actions/" + action));
    }
    entries.add(link("/environment", ".singularity.d/env/90-environment.sh"));
    return List.copyOf(entries);
  }

  /// Empty files that scripts of the build may add to.
  public static List<ImageEntry> buildFiles() {
    return List.of(
        file(BUILD_ENVIRONMENT, "", 0755, WhenPresent.KEEP),
        file(BUILD_LABELS, "", 0644, WhenPresent.REPLACE));
  }

  private static int permissions(String folder) {
    return folder.endsWith("/tmp") ? 01777 : 0755;
  }

  private static ImageEntry script(String name, WhenPresent present) {
    return file("/.singularity.d/" + name, resource(name), 0755, present);
  }

  private static ImageEntry file(String path, String text, int permissions, WhenPresent present) {
    return new TextFile(
        new ContainerPath(path), text, StandardCharsets.UTF_8, permissions, present);
  }

  private static ImageEntry link(String path, String target) {
    return new Link(new ContainerPath(path), target);
  }

  private static String resource(String name) {
    try (InputStream in = Skeleton.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
