package dev.skiff.runtime.planner;

import static dev.skiff.runtime.plan.SetupStep.Access.READ_ONLY;
import static dev.skiff.runtime.plan.SetupStep.Access.READ_WRITE;
import static dev.skiff.runtime.plan.SetupStep.Missing.FAIL;
import static dev.skiff.runtime.plan.SetupStep.Missing.SKIP;
import static dev.skiff.runtime.plan.SetupStep.Missing.WARN;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.request.BindSpec;
import dev.skiff.runtime.request.DefaultMount;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.HomeSpec;
import dev.skiff.runtime.request.MountRequest;
import dev.skiff.runtime.request.MountRequest.Containment;
import dev.skiff.runtime.request.MountRequest.Writability;
import dev.skiff.runtime.request.ProcessRequest.Identity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What is mounted inside the root, in order.
final class MountPlan {

  private static final String DEFAULT = "default";
  private static final String CONTAIN = "--contain";
  private static final int OPEN_TO_ALL = 01777;
  private static final int OWN = 0700;
  private static final int READABLE = 0755;

  private final ExecRequest request;
  private final MountRequest mounts;
  private final HostFacts host;
  private final boolean contained;
  private final VolumePlan volumes;
  private final List<SetupStep> steps = new ArrayList<>();
  private final List<Problem> notices = new ArrayList<>();

  MountPlan(ExecRequest request, HostFacts host, VolumePlan volumes) {
    this.volumes = volumes;
    this.request = request;
    this.mounts = request.mounts();
    this.host = host;
    this.contained = mounts.containment() == Containment.CONTAIN;
  }

  /// Where the home is inside, also what `HOME` says.
  ContainerPath home() {
    if (mounts.home() instanceof HomeSpec.Given given) {
      return given.target();
    }
    boolean root = request.process().identity() == Identity.ROOT;
    return new ContainerPath(root ? "/root" : host.account().home().toString());
  }

  /// The targets of the person's binds, as `APPTAINER_BIND` says them.
  String bindTargets() {
    StringBuilder targets = new StringBuilder();
    for (BindSpec bind : mounts.binds()) {
      if (bind.nesting() == BindSpec.Nesting.NAMED) {
        targets.append(targets.isEmpty() ? "" : ",").append(bind.target());
      }
    }
    return targets.toString();
  }

  List<SetupStep> steps() {
    addDev();
    addFile(DefaultMount.LOCALTIME);
    addFile(DefaultMount.HOSTS);
    addKernel();
    addHome();
    addTemporary("/tmp", "tmp");
    addTemporary("/var/tmp", "var_tmp");
    addScratch();
    addJobFolder();
    addBinds();
    steps.addAll(DriverMounts.of(host.gpu()));
    addResolvConf();
    addAccounts();
    addWorkingDirectory();
    return steps;
  }

  private Path absolute(Path path) {
    return BindSpec.absolute(path, host.physicalDirectory());
  }

  private boolean wanted(DefaultMount mount) {
    return !mounts.without().contains(mount);
  }

  private void bind(String path, SetupStep.Access access, SetupStep.Missing missing) {
    steps.add(new SetupStep.Bind(Path.of(path), new ContainerPath(path), access, missing, DEFAULT));
  }

  private void addDev() {
    if (!wanted(DefaultMount.DEV)) {
      return;
    }
    if (contained) {
      steps.add(new SetupStep.MinimalDev(new ContainerPath("/dev"), host.gpu().devices()));
    } else {
      bind("/dev", READ_WRITE, WARN);
    }
  }

  private void addFile(DefaultMount file) {
    if (wanted(file)) {
      bind(file.word(), READ_ONLY, SKIP);
    }
  }

  private void addKernel() {
    if (wanted(DefaultMount.PROC)) {
      if (request.process().isolation().pid()) {
        steps.add(new SetupStep.Proc(new ContainerPath("/proc")));
      } else {
        bind("/proc", READ_WRITE, WARN);
      }
    }
    if (wanted(DefaultMount.SYS)) {
      bind("/sys", READ_WRITE, WARN);
    }
  }

  private void addHome() {
    ContainerPath home = home();
    if (!wanted(DefaultMount.HOME) || home.value().equals("/")) {
      return;
    }
    if (mounts.home() instanceof HomeSpec.Given given) {
      steps.add(new SetupStep.Bind(absolute(given.source()), home, READ_WRITE, FAIL, "--home"));
    } else if (!contained) {
      steps.add(new SetupStep.Bind(host.account().home(), home, READ_WRITE, WARN, "home"));
    } else if (!addFromWorkdir("home", home)) {
      steps.add(new SetupStep.Tmpfs(home, mounts.memoryBytes(), OWN));
    }
  }

  private void addTemporary(String path, String name) {
    if (!wanted(DefaultMount.TMP)) {
      return;
    }
    ContainerPath target = new ContainerPath(path);
    if (!contained) {
      bind(path, READ_WRITE, WARN);
    } else if (!addFromWorkdir(name, target)) {
      steps.add(new SetupStep.Tmpfs(target, mounts.memoryBytes(), OPEN_TO_ALL));
    }
  }

  private void addScratch() {
    for (ContainerPath target : mounts.scratch()) {
      if (!addFromWorkdir("scratch" + target.value(), target)) {
        steps.add(new SetupStep.Tmpfs(target, mounts.memoryBytes(), READABLE));
      }
    }
  }

  /// The first bind of a target counts, and the root stays the image's, as under Apptainer.
  private void addBinds() {
    Set<Path> taken = new HashSet<>();
    taken.add(Path.of("/"));
    int inImage = 0;
    for (BindSpec bind : mounts.binds()) {
      SetupStep step =
          bind.place() instanceof BindSpec.ImagePlace place
              ? volumes.bind(bind, place, inImage++)
              : bind.step(host.physicalDirectory());
      if (taken.add(Path.of(bind.target().value()).normalize())) {
        steps.add(step);
      } else {
        notices.add(PlannerProblems.targetTaken(bind));
      }
    }
  }

  /// What the person should know; complete once the steps are made.
  List<Problem> notices() {
    return notices;
  }

  /// Shows a directory below `--workdir`, which is made level by level; says no without one.
  private boolean addFromWorkdir(String name, ContainerPath target) {
    if (mounts.workdir().isEmpty()) {
      return false;
    }
    Path directory = absolute(mounts.workdir().get());
    Path source = directory.resolve(name).normalize();
    if (!source.startsWith(directory.normalize())) {
      source = directory.resolve("scratch").resolve(target.value().replace('/', '_'));
    }
    Path made = directory;
    for (Path part : directory.relativize(source)) {
      made = made.resolve(part);
      SetupStep step = new SetupStep.MakeHostDirectory(made, OWN);
      if (!steps.contains(step)) {
        steps.add(step);
      }
    }
    steps.add(
        new SetupStep.Bind(source, target, READ_WRITE, FAIL, contained ? CONTAIN : "--scratch"));
    return true;
  }

  /// Slurm's PMIx server keeps what a rank reads in a folder of the step, `pmix.JOB.STEP`, in the
  /// daemon's own: shown as a whole, so that the plan is the same for the next step.
  private void addJobFolder() {
    String server = host.environment().getOrDefault("PMIX_SERVER_TMPDIR", "");
    if (!server.startsWith("/")) {
      return;
    }
    Path step = Path.of(server);
    Path daemon = step.getParent();
    boolean named = String.valueOf(step.getFileName()).startsWith("pmix.");
    if (daemon == null || daemon.getParent() == null || !named) {
      return;
    }
    if (!daemon.startsWith("/tmp") && !daemon.startsWith("/var/tmp")) { // which are shown anyway
      bind(daemon.toString(), READ_WRITE, SKIP);
    }
  }

  private void addResolvConf() {
    if (!wanted(DefaultMount.RESOLV_CONF) || isBound("/etc/resolv.conf")) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (String server : mounts.nameServers()) {
      text.append("nameserver ").append(server).append('\n');
    }
    if (mounts.nameServers().isEmpty()) {
      text.append(host.resolvConf());
    }
    if (!text.isEmpty()) {
      // What lasts is not changed for it: a sandbox, or a directory that the person shows at /etc.
      boolean lasts = mounts.writability() == Writability.IMAGE || isBound("/etc");
      steps.add(
          new SetupStep.ShowText(new ContainerPath("/etc/resolv.conf"), text.toString(), lasts));
    }
  }

  private void addAccounts() {
    HostFacts.Account account = host.account();
    boolean ownTables = account.uid() == 0 && mounts.writability() == Writability.IMAGE;
    if (ownTables || request.process().identity() == Identity.ROOT) {
      return;
    }
    String line =
        String.join(
            ":",
            account.name(),
            "x",
            Long.toString(account.uid()),
            Long.toString(account.gid()),
            "",
            home().value(),
            account.shell());
    boolean plain = line.indexOf('\n') < 0 && home().value().indexOf(':') < 0;
    if (plain && !isBound("/etc/passwd")) {
      steps.add(new SetupStep.AmendAccounts(new ContainerPath("/etc/passwd"), List.of(line)));
    }
    List<String> groups = new ArrayList<>();
    for (HostFacts.Group group : account.groups()) {
      groups.add(group.name() + ":x:" + group.gid() + ":" + account.name());
    }
    if (!groups.isEmpty() && !isBound("/etc/group")) {
      steps.add(new SetupStep.AmendAccounts(new ContainerPath("/etc/group"), groups));
    }
  }

  /// Whether the person shows a file of the host there, which stays as it is.
  private boolean isBound(String path) {
    for (BindSpec bind : request.mounts().binds()) {
      if (bind.target().value().equals(path)) {
        return true;
      }
    }
    return false;
  }

  private void addWorkingDirectory() {
    Path directory = host.directory();
    if (contained || !wanted(DefaultMount.CWD) || belongsToTheImage(directory)) {
      return;
    }
    for (SetupStep step : steps) {
      if (step instanceof SetupStep.Bind bind && contains(bind.target(), directory)) {
        return;
      }
    }
    for (ContainerPath scratch : mounts.scratch()) {
      if (contains(scratch, directory)) {
        return;
      }
    }
    steps.add(
        new SetupStep.Bind(
            host.physicalDirectory(),
            new ContainerPath(directory.toString()),
            READ_WRITE,
            WARN,
            "working directory"));
  }

  private static boolean contains(ContainerPath target, Path directory) {
    return directory.startsWith(Path.of(target.value()).normalize());
  }

  private static boolean belongsToTheImage(Path directory) {
    if (directory.startsWith("/sys")
        || directory.startsWith("/proc")
        || directory.startsWith("/dev")) {
      return true;
    }
    return switch (directory.toString()) {
      case "/", "/etc", "/bin", "/mnt", "/usr", "/var", "/opt", "/sbin", "/lib", "/lib64" -> true;
      default -> false;
    };
  }
}
