package dev.skiff.builder.script;

import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.builder.root.FileModes;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.runtime.launch.IdMapping;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Isolation;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.plan.SetupStep.Access;
import dev.skiff.runtime.plan.SetupStep.Missing;
import dev.skiff.runtime.plan.ShellText;
import dev.skiff.runtime.planner.DriverMounts;
import dev.skiff.runtime.request.BindSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Plans the containers of a build: what is mounted, and the script that prepares the environment
/// and becomes the program.
///
/// @param ids which ids there are, and so whether root must be emulated
/// @param environment the caller's variables, of which few are let in
/// @param startedWith the names of the variables that the container starts with, which are unset
/// @param mounts what is seen besides the root
public record BuildContainer(
    IdMapping ids, Map<String, String> environment, Set<String> startedWith, ScriptMounts mounts) {

  /// The file in the root that says how apt is to behave where root is emulated.
  public static final String APT_CONFIGURATION = "/.build.apt.conf";

  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final long SESSION_BYTES = 1L << 30; // taken only as it is written;
  private static final Set<String> LET_IN =
      Set.of(
          "TERM",
          "http_proxy",
          "https_proxy",
          "no_proxy",
          "all_proxy",
          "ftp_proxy",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "ALL_PROXY",
          "FTP_PROXY");
  private static final List<String> PREFIXES =
      List.of("SINGULARITYENV_", "APPTAINERENV_", "SKIFFENV_");

  public BuildContainer {
    environment = Map.copyOf(environment);
    startedWith = Set.copyOf(startedWith);
  }

  /// Host directories of one container.
  ///
  /// @param root the root directory
  /// @param session an empty directory for mounts
  /// @param temporary shown as `/tmp`; the host's own is not, since a script that cleans up after
  ///   itself with `rm -rf /tmp/*` would remove the build, and other people's files
  /// @param varTemporary shown as `/var/tmp`
  /// @param caller what relative sources of binds start from
  public record Places(Path root, Path session, Path temporary, Path varTemporary, Path caller) {

    /// Those of a root that is being made; its temporary directories last as long as it does.
    public static Places of(RootFilesystem root, Path caller) throws IOException {
      Path temporary = root.temporary();
      Path varTemporary = root.varTemporary();
      for (Path directory : List.of(temporary, varTemporary)) {
        Files.createDirectories(directory);
        FileModes.set(directory, 01777);
      }
      return new Places(
          root.directory(), root.scratch().resolve("session"), temporary, varTemporary, caller);
    }
  }

  /// A program in a writable root, as `%post` runs.
  public ContainerPlan writable(Places places, List<String> command) {
    return plan(places, new SetupStep.MountDirectory(places.root(), mounted(places)), command);
  }

  /// A program in a root that stays as it is, as `%test` runs.
  public ContainerPlan unchanged(Places places, List<String> command) {
    Path session = places.session();
    SetupStep overlay =
        new SetupStep.MountOverlay(
            List.of(places.root()),
            session.resolve("upper"),
            session.resolve("work"),
            mounted(places));
    return plan(places, overlay, command);
  }

  private static Path mounted(Places places) {
    return places.session().resolve("root");
  }

  private ContainerPlan plan(Places places, SetupStep root, List<String> command) {
    List<SetupStep> steps = new ArrayList<>();
    steps.add(new SetupStep.IsolateMounts());
    steps.add(new SetupStep.SessionDirectory(places.session(), SESSION_BYTES));
    steps.add(root);
    steps.add(new SetupStep.MinimalDev(new ContainerPath("/dev"), mounts.gpu().devices()));
    steps.add(bind(Path.of("/proc"), "/proc", Missing.FAIL));
    steps.add(bind(Path.of("/sys"), "/sys", Missing.SKIP));
    steps.add(bind(places.temporary(), "/tmp", Missing.SKIP));
    steps.add(bind(places.varTemporary(), "/var/tmp", Missing.SKIP));
    steps.add(bind(Path.of("/etc/resolv.conf"), "/etc/resolv.conf", Missing.SKIP));
    steps.add(bind(Path.of("/etc/hosts"), "/etc/hosts", Missing.SKIP));
    steps.addAll(asked(places.caller()));
    if (root instanceof SetupStep.MountOverlay
        && mounts.testRoot() == ScriptMounts.TestRoot.READ_ONLY) {
      steps.add(new SetupStep.SealRoot());
    }
    steps.add(new SetupStep.EnterRoot(mounted(places)));
    return new ContainerPlan(
        steps,
        Isolation.MOUNTS_ONLY,
        new Payload(script(), command, filter()),
        mounts.gpu().notices());
  }

  /// The binds that were asked for, and the driver's.
  private List<SetupStep> asked(Path caller) {
    List<SetupStep> steps = new ArrayList<>();
    for (BindSpec bind : mounts.binds()) {
      steps.add(
          new SetupStep.Bind(
              caller.resolve(bind.source()),
              bind.target(),
              bind.access(),
              Missing.FAIL,
              bind.origin()));
    }
    steps.addAll(DriverMounts.of(mounts.gpu()));
    return steps;
  }

  /// Where in the root something is shown that was asked for: what is made there for its sake alone
  /// is no part of the image.
  public List<ContainerPath> shownAt() {
    List<ContainerPath> targets = new ArrayList<>();
    for (SetupStep step : asked(Path.of("/"))) {
      if (step instanceof SetupStep.Bind bind) {
        targets.add(bind.target());
      }
    }
    return targets;
  }

  private static SetupStep bind(Path source, String path, Missing missing) {
    return new SetupStep.Bind(source, new ContainerPath(path), Access.READ_WRITE, missing, "build");
  }

  /// A program of the host's, which sees the host but mounts for itself alone.
  public ContainerPlan onHost(Map<String, String> variables, List<String> command) {
    StringBuilder script = new StringBuilder("umask 0022\n");
    new TreeMap<>(variables).forEach((name, value) -> script.append(export(name, value)));
    script.append("exec \"$@\"\n");
    return new ContainerPlan(
        List.of(new SetupStep.IsolateMounts()),
        Isolation.MOUNTS_ONLY,
        new Payload(script.toString(), command, onHost()));
  }

  /// A program of the host's knows when it may make no device, and has another way.
  private Payload.Filter onHost() {
    return ids == IdMapping.SINGLE ? Payload.Filter.EMULATE_ROOT : Payload.Filter.NONE;
  }

  private Payload.Filter filter() {
    return switch (ids) {
      case SINGLE -> Payload.Filter.EMULATE_ROOT;
      case RANGE -> Payload.Filter.EMULATE_DEVICES;
      case ROOT, NONE -> Payload.Filter.NONE;
    };
  }

  /// The same preparation and program as words for a container that something else makes.
  public List<String> inShell(List<String> command) {
    List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", script(), "skiff"));
    words.addAll(command);
    return List.copyOf(words);
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
    environment.forEach((name, value) -> {
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
      environment.forEach((name, value) -> {
        if (name.startsWith(prefix) && name.length() > prefix.length()) {
          variables.put(name.substring(prefix.length()), value);
        }
      });
    }
    for (String program : List.of("APPTAINER", "SINGULARITY", "SKIFF")) {
      variables.put(program + "_ENVIRONMENT", Skeleton.BUILD_ENVIRONMENT);
      variables.put(program + "_LABELS", Skeleton.BUILD_LABELS);
    }
    variables.putAll(mounts.gpu().variables());
    if (ids == IdMapping.SINGLE) {
      variables.put("APT_CONFIG", APT_CONFIGURATION);
    }
    return variables;
  }

  private static String export(String name, String value) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*")
        ? "export " + name + "=" + ShellText.literal(value) + "\n"
        : "";
  }
}
