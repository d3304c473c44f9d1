package dev.skiff.builder.script;

import dev.skiff.builder.metadata.ShellText;
import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.runtime.launch.IdMapping;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Isolation;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.plan.SetupStep.Access;
import dev.skiff.runtime.plan.SetupStep.Missing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Plans the containers of a build: what is mounted, and the script that prepares the environment
/// and becomes the program. Pure.
///
/// @param ids which ids there are, and so whether root must be emulated
/// @param environment the caller's variables, of which few are let in
/// @param startedWith the names of the variables that the container starts with, which are unset
public record BuildContainer(
    IdMapping ids, Map<String, String> environment, Set<String> startedWith) {

  /// The file in the root that says how apt is to behave where root is emulated.
  public static final String APT_CONFIGURATION = "/.build.apt.conf";

  private static final String PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final long SESSION_BYTES = 16L << 20;
  private static final Set<String> LET_IN =
      Set.of(
          "TERM", "http_proxy", "https_proxy", "no_proxy", "all_proxy", "ftp_proxy", "HTTP_PROXY",
          "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "FTP_PROXY");
  private static final List<String> PREFIXES =
      List.of("SINGULARITYENV_", "APPTAINERENV_", "SKIFFENV_");

  public BuildContainer {
    environment = Map.copyOf(environment);
    startedWith = Set.copyOf(startedWith);
  }

  /// A program in a writable root, as `%post` runs.
  ///
  /// @param root the root directory
  /// @param session an empty host directory
  public ContainerPlan writable(Path root, Path session, List<String> command) {
    return plan(root, session, List.of(), command);
  }

  /// A program in a read-only root, as `%test` runs.
  ///
  /// @param extra binds and devices that were asked for
  public ContainerPlan readOnly(
      Path root, Path session, List<SetupStep> extra, List<String> command) {
    List<SetupStep> steps = new ArrayList<>(extra);
    steps.add(new SetupStep.SealRoot());
    return plan(root, session, steps, command);
  }

  private ContainerPlan plan(
      Path root, Path session, List<SetupStep> extra, List<String> command) {
    Path mounted = session.resolve("root");
    List<SetupStep> steps = new ArrayList<>();
    steps.add(new SetupStep.IsolateMounts());
    steps.add(new SetupStep.SessionDirectory(session, SESSION_BYTES));
    steps.add(new SetupStep.MountDirectory(root, mounted));
    steps.add(new SetupStep.MinimalDev(new ContainerPath("/dev"), List.of()));
    steps.add(bind("/proc", Missing.FAIL));
    steps.add(bind("/sys", Missing.SKIP));
    steps.add(bind("/tmp", Missing.SKIP));
    steps.add(bind("/var/tmp", Missing.SKIP));
    steps.add(bind("/etc/resolv.conf", Missing.SKIP));
    steps.add(bind("/etc/hosts", Missing.SKIP));
    steps.addAll(extra);
    steps.add(new SetupStep.EnterRoot(mounted));
    return new ContainerPlan(
        steps, Isolation.MOUNTS_ONLY, new Payload(script(), command, filter()));
  }

  private static SetupStep bind(String path, Missing missing) {
    return new SetupStep.Bind(
        Path.of(path), new ContainerPath(path), Access.READ_WRITE, missing, "build");
  }

  /// A program of the host's, which sees the host but mounts for itself alone.
  public ContainerPlan onHost(Map<String, String> variables, List<String> command) {
    StringBuilder script = new StringBuilder("umask 0022\n");
    new TreeMap<>(variables).forEach((name, value) -> script.append(export(name, value)));
    script.append("exec \"$@\"\n");
    return new ContainerPlan(
        List.of(new SetupStep.IsolateMounts()),
        Isolation.MOUNTS_ONLY,
        new Payload(script.toString(), command, filter()));
  }

  private Payload.Filter filter() {
    return ids == IdMapping.SINGLE ? Payload.Filter.EMULATE_ROOT : Payload.Filter.NONE;
  }

  /// Built-in commands alone: the image may have no others.
  private String script() {
    StringBuilder script = new StringBuilder("umask 0002\n");
    for (String name : new TreeSet<>(startedWith)) {
      if (name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        script.append("unset ").append(name).append(" 2>/dev/null || :\n");
      }
    }
    Map<String, String> given = new TreeMap<>();
    given.put("PATH", PATH);
    given.put("HOME", "/root");
    given.put("LANG", "C");
    environment.forEach(
        (name, value) -> {
          if (LET_IN.contains(name)) {
            given.put(name, value);
          }
        });
    given.forEach((name, value) -> script.append(export(name, value)));
    script.append("cd /\n");
    script.append("for file in /.singularity.d/env/*.sh; do\n");
    script.append("  if [ -f \"$file\" ]; then . \"$file\"; fi\n");
    script.append("done\nunset file\n");
    last().forEach((name, value) -> script.append(export(name, value)));
    script.append("exec \"$@\"\n");
    return script.toString();
  }

  /// What no script of the image may change.
  private Map<String, String> last() {
    Map<String, String> variables = new TreeMap<>();
    for (String prefix : PREFIXES) {
      environment.forEach(
          (name, value) -> {
            if (name.startsWith(prefix) && name.length() > prefix.length()) {
              variables.put(name.substring(prefix.length()), value);
            }
          });
    }
    for (String program : List.of("APPTAINER", "SINGULARITY", "SKIFF")) {
      variables.put(program + "_ENVIRONMENT", Skeleton.BUILD_ENVIRONMENT);
      variables.put(program + "_LABELS", Skeleton.BUILD_LABELS);
    }
    if (ids == IdMapping.SINGLE) {
      variables.put("APT_CONFIG", APT_CONFIGURATION);
    }
    return variables;
  }

  private static String export(String name, String value) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*")
        ? "export " + name + "=" + ShellText.quote(value) + "\n"
        : "";
  }
}
