package dev.skiff.runtime.request;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.instance.InstanceName;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.Isolation;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Gives the options their meaning, and says everything that is wrong with them.
final class RequestReader {

  private final GivenOptions given;
  private final List<Problem> problems;
  private final List<Problem> warnings;

  RequestReader(GivenOptions given, List<Problem> problems, List<Problem> warnings) {
    this.given = given;
    this.problems = problems;
    this.warnings = warnings;
  }

  /// @param instance the name of a container that outlives the command
  ExecRequest read(
      Verb verb,
      String image,
      Optional<InstanceName> instance,
      List<String> arguments,
      Map<String, String> environment) {
    if (InstanceName.isReference(image)) {
      refuseMounts(image);
    }
    ShimOptions shim = given.shim();
    if (shim != null) {
      shim.tell(image, given.isOn(RunOption.FAKEROOT), warnings);
    }
    boolean compat = given.isOn(RunOption.COMPAT);
    boolean all = given.isOn(RunOption.CONTAINALL) || compat;
    return new ExecRequest(
        verb,
        image,
        instance(instance),
        arguments,
        mounts(all, compat),
        new VariableReader(given, problems, warnings).read(all, compat, environment),
        process(verb, all, compat),
        fetching(),
        output());
  }

  private Optional<ExecRequest.Instance> instance(Optional<InstanceName> name) {
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(new ExecRequest.Instance(name.get(), path(RunOption.PID_FILE)));
  }

  private ExecRequest.Fetching fetching() {
    ShimOptions shim = given.shim();
    Map<String, String> variables = shim == null ? new HashMap<>() : shim.fetching();
    if (given.isOn(RunOption.OFFLINE)) {
      variables.put("SKIFF_OFFLINE", "1");
    }
    if (given.isOn(RunOption.NO_HTTPS)) {
      variables.put("SKIFF_NOHTTPS", "1");
    }
    for (RunOption said :
        List.of(RunOption.QUIET, RunOption.SILENT, RunOption.VERBOSE, RunOption.DEBUG)) {
      if (given.isOn(said)) {
        variables.put("SKIFF_" + said.name(), "1");
      }
    }
    if (given.isOn(RunOption.DOCKER_LOGIN)) {
      variables.put("SKIFF_DOCKER_LOGIN", "1");
    }
    Optional<Path> passwords = path(RunOption.AUTH_FILE);
    if (passwords.isPresent()) {
      variables.put("SKIFF_AUTH_FILE", passwords.get().toAbsolutePath().toString());
    }
    GivenOptions.Value daemon = given.last(RunOption.DOCKER_HOST);
    if (daemon != null) {
      variables.put("DOCKER_HOST", daemon.text());
    }
    return new ExecRequest.Fetching(variables);
  }

  /// A running instance keeps the mounts it has; variables may be there for other commands.
  private void refuseMounts(String instance) {
    for (RunOption option :
        List.of(RunOption.BIND, RunOption.MOUNT, RunOption.OVERLAY, RunOption.SCRATCH)) {
      if (given.isTyped(option)) {
        problems.add(RequestProblems.mountsOfInstance(option, instance));
      }
    }
  }

  private MountRequest mounts(boolean containAll, boolean compat) {
    boolean contain = given.isOn(RunOption.CONTAIN) || containAll;
    return new MountRequest(
        binds(),
        home(),
        without(),
        contain ? MountRequest.Containment.CONTAIN : MountRequest.Containment.NONE,
        writability(compat),
        new GpuReader(given, problems).read(),
        overlays(),
        scratch(),
        path(RunOption.WORKDIR),
        nameServers(),
        memoryBytes());
  }

  private List<BindSpec> binds() {
    List<BindSpec.Parsed> parsed = new ArrayList<>();
    for (GivenOptions.Value value : given.everywhere(RunOption.BIND)) {
      parsed.addAll(BindSpec.parseList(value.text(), value.origin()));
    }
    for (GivenOptions.Value value : given.everywhere(RunOption.MOUNT)) {
      for (String line : Words.split(value.text(), '\n')) {
        if (!line.isBlank()) {
          parsed.add(MountSpec.parse(line, value.origin()));
        }
      }
    }
    List<BindSpec> binds = new ArrayList<>(parsed.size());
    for (BindSpec.Parsed one : parsed) {
      if (one instanceof BindSpec.Accepted(BindSpec bind)) {
        binds.add(bind);
      } else if (one instanceof BindSpec.Rejected(Problem problem)) {
        problems.add(problem);
      }
    }
    return binds;
  }

  private HomeSpec home() {
    List<GivenOptions.Value> values = given.all(RunOption.HOME);
    if (values.isEmpty()) {
      return new HomeSpec.Own();
    }
    GivenOptions.Value value =
        values.getLast(); // empty is no way to say "my own": files would go there
    String[] parts = Words.split(value.text(), ':');
    if (parts.length < 1 || parts.length > 2 || parts[0].isEmpty()) {
      String why = "it has " + parts.length + " parts, not 1 or 2";
      problems.add(RequestProblems.home(value.text(), why));
      return new HomeSpec.Own();
    }
    try {
      ContainerPath target = new ContainerPath(parts[parts.length - 1]);
      return new HomeSpec.Given(Path.of(parts[0]), target);
    } catch (InvalidPathException e) {
      problems.add(RequestProblems.home(value.text(), BindSpec.unusable(e)));
      return new HomeSpec.Own();
    }
  }

  private Set<DefaultMount> without() {
    EnumSet<DefaultMount> without = EnumSet.noneOf(DefaultMount.class);
    if (given.isOn(RunOption.NO_HOME)) {
      without.add(DefaultMount.HOME);
    }
    for (String word : list(RunOption.NO_MOUNT)) {
      decline(word, without);
    }
    return without;
  }

  private void decline(String word, Set<DefaultMount> without) {
    for (DefaultMount mount : DefaultMount.values()) {
      if (mount.word().equals(word)) {
        without.add(mount);
        return;
      }
    }
    if (word.equals("bind-paths")) {
      without.add(DefaultMount.HOSTS);
      without.add(DefaultMount.LOCALTIME);
    } else if (!word.equals("hostfs")) { // other hosts' file systems are never mounted
      warnings.add(RequestProblems.unknownMount(word));
    }
  }

  private List<OverlaySpec> overlays() {
    List<OverlaySpec> overlays = new ArrayList<>();
    for (String word : list(RunOption.OVERLAY)) {
      try {
        overlays.add(OverlaySpec.parse(word));
      } catch (InvalidPathException e) {
        problems.add(RequestProblems.path(RunOption.OVERLAY, word, BindSpec.unusable(e)));
      }
    }
    if (!overlays.isEmpty() && given.isOn(RunOption.WRITABLE)) {
      problems.add(RequestProblems.together("--writable", "--overlay"));
    }
    return overlays;
  }

  private long memoryBytes() {
    GivenOptions.Value value = given.last(RunOption.TMPFS_SIZE);
    long bytes = value == null ? 0 : MemorySize.parse(value.text());
    if (value != null && bytes < 0) {
      problems.add(RequestProblems.memorySize(value.text(), value.origin()));
    }
    return Math.max(0, bytes);
  }

  private MountRequest.Writability writability(boolean compat) {
    boolean writable = given.isOn(RunOption.WRITABLE);
    boolean memory = given.isOn(RunOption.WRITABLE_TMPFS);
    if (writable && memory) {
      problems.add(RequestProblems.together("--writable", "--writable-tmpfs"));
    }
    if (writable) {
      return MountRequest.Writability.IMAGE;
    }
    if (memory) {
      return MountRequest.Writability.TMPFS;
    }
    return compat ? MountRequest.Writability.TMPFS_OR_OVERLAY : MountRequest.Writability.READ_ONLY;
  }

  private List<ContainerPath> scratch() {
    List<ContainerPath> directories = new ArrayList<>();
    for (String word : list(RunOption.SCRATCH)) {
      Optional<ContainerPath> directory = containerPath(RunOption.SCRATCH, word);
      if (directory.isPresent()) {
        directories.add(directory.get());
      }
    }
    return directories;
  }

  private Optional<Path> path(RunOption option) {
    GivenOptions.Value value = given.last(option);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(value.text()));
    } catch (InvalidPathException e) {
      problems.add(RequestProblems.path(option, value.text(), BindSpec.unusable(e)));
      return Optional.empty();
    }
  }

  private Optional<ContainerPath> containerPath(RunOption option, String text) {
    try {
      return Optional.of(new ContainerPath(text));
    } catch (InvalidPathException e) {
      problems.add(RequestProblems.path(option, text, BindSpec.unusable(e)));
      return Optional.empty();
    }
  }

  private List<String> nameServers() {
    List<String> addresses = list(RunOption.DNS);
    for (String address : addresses) {
      if (!NetworkNames.isAddress(address)) {
        problems.add(RequestProblems.nameServer(address));
      }
    }
    return addresses;
  }

  private ProcessRequest process(Verb verb, boolean containAll, boolean compat) {
    boolean asked = (given.isOn(RunOption.PID) || containAll) && !given.isOn(RunOption.NO_PID);
    boolean pid = asked || verb.isInstance();
    PrivilegeRequest privileges = new PrivilegeReader(given, problems, warnings).read();
    checkSharing(pid, privileges);
    boolean ipc = given.isOn(RunOption.IPC) || containAll;
    Optional<String> hostName = text(RunOption.HOSTNAME);
    if (hostName.isPresent() && !NetworkNames.isHostName(hostName.get())) {
      problems.add(RequestProblems.hostName(hostName.get()));
    }
    boolean uts = given.isOn(RunOption.UTS) || hostName.isPresent();
    boolean standardMask = given.isOn(RunOption.NO_UMASK) || compat;
    GivenOptions.Value start = given.last(RunOption.PWD);
    return new ProcessRequest(
        new Isolation(pid, ipc, network(), uts),
        hostName,
        start == null ? Optional.empty() : containerPath(RunOption.PWD, fromRoot(start.text())),
        text(RunOption.APP),
        text(RunOption.SHELL),
        standardMask ? ProcessRequest.Umask.STANDARD : ProcessRequest.Umask.CALLER,
        given.isOn(RunOption.FAKEROOT)
            ? ProcessRequest.Identity.ROOT
            : ProcessRequest.Identity.CALLER,
        privileges);
  }

  private static String fromRoot(String path) {
    return path.isEmpty() || path.startsWith("/") ? path : "/".concat(path);
  }

  /// Ranks see each other and have one set of rights.
  private void checkSharing(boolean pid, PrivilegeRequest privileges) {
    if (!given.isOn(RunOption.SHARE)) {
      return;
    }
    if (pid) {
      problems.add(RequestProblems.together("--share", "process numbers of its own"));
    }
    if (given.isOn(RunOption.FAKEROOT)) {
      problems.add(RequestProblems.together("--share", "--fakeroot"));
    }
    if (!privileges.isUsual()) {
      problems.add(RequestProblems.together("--share", "rights other than usual"));
    }
  }

  private boolean network() {
    GivenOptions.Value kind = given.last(RunOption.NETWORK);
    if (kind != null && !kind.text().equals("none")) {
      problems.add(RequestProblems.network(kind.text()));
    }
    return given.isOn(RunOption.NET) || kind != null;
  }

  private ExecRequest.Output output() {
    ExecRequest.Verbosity verbosity = ExecRequest.Verbosity.NORMAL;
    if (given.isOn(RunOption.DEBUG)) {
      verbosity = ExecRequest.Verbosity.DEBUG;
    } else if (given.isOn(RunOption.SILENT)) {
      verbosity = ExecRequest.Verbosity.SILENT;
    } else if (given.isOn(RunOption.QUIET)) {
      verbosity = ExecRequest.Verbosity.QUIET;
    } else if (given.isOn(RunOption.VERBOSE)) {
      verbosity = ExecRequest.Verbosity.VERBOSE;
    }
    return new ExecRequest.Output(
        given.isOn(RunOption.DRY_RUN),
        given.isOn(RunOption.EXPLAIN_MOUNTS),
        verbosity,
        keeping(),
        given.isOn(RunOption.APPTAINER_EXIT_CODES)
            ? ExitConvention.APPTAINER
            : ExitConvention.SKIFF);
  }

  private ExecRequest.Keeping keeping() {
    if (given.isOn(RunOption.SHARE)) {
      return ExecRequest.Keeping.SHARED;
    }
    return given.isOn(RunOption.NO_PLAN_CACHE)
        ? ExecRequest.Keeping.NEVER
        : ExecRequest.Keeping.ALLOWED;
  }

  private Optional<String> text(RunOption option) {
    GivenOptions.Value value = given.last(option);
    return value == null ? Optional.empty() : Optional.of(value.text());
  }

  private List<String> list(RunOption option) {
    List<String> items = new ArrayList<>();
    for (GivenOptions.Value value : given.all(option)) {
      for (String item : Words.split(value.text(), ',')) {
        if (!item.isEmpty()) {
          items.add(item);
        }
      }
    }
    return items;
  }
}
