package dev.skiff.runtime.launch;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.kept.KeptStart;
import dev.skiff.runtime.kept.RecordedCalls;
import dev.skiff.runtime.kept.RecordedServer;
import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.kernel.LinuxKernel;
import dev.skiff.runtime.plan.Confinement;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Isolation;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.setup.ImageServer;
import dev.skiff.runtime.setup.MountLog;
import dev.skiff.runtime.setup.MountedImages;
import dev.skiff.runtime.setup.PlanExecutor;
import dev.skiff.runtime.setup.SetupProblems;
import dev.skiff.runtime.setup.WaitingServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Ends this JVM's part of a start: the container is set up around the shell that `bin/skiff` left
/// waiting in the process the caller knows, and that shell is told what to become.
///
/// The shell holds the caller's arguments and environment byte for byte; neither passes through
/// Java. Where no shell waits, because the kernel's policy forbids the namespaces, `open` says so.
public final class Handover {

  private static final int PATIENCE_MILLIS = 10_000;
  private static final int HIGHEST_OF_SHELL = 9; // of a descriptor that every shell can close
  private static final int INSTANCE_STANDS = 100; // libexec/skiff/enter-instance knows it too

  /// What the launcher's words have at their end when the shell expects to be confined.
  private static final String GUARDED = " -s ";

  /// What a launcher that keeps starts calls the place for it; no descriptor, its own name for it.
  private static final @Nullable Integer KEEP_FD = Integer.getInteger("skiff.keep");

  /// Whether the start-up cache learns from this JVM, which then makes several starts, none of them
  /// real.
  private static final boolean REHEARSED = Boolean.getBoolean("skiff.rehearsal");

  private final Descriptors descriptors;
  private final Thread linking;
  private @Nullable KeptStart kept;
  private volatile @Nullable Kernel kernel;

  /// @param scriptFd the number, in the waiting shell, of what it reads its script from
  /// @param namespaces the options of unshare(1) that made the namespaces, besides mounts and users
  private record Descriptors(
      int scriptFd, int replyFd, int orderFd, int fuseFd, String namespaces) {}

  private Handover(Descriptors descriptors) {
    this.descriptors = descriptors;
    this.linking = new Linking(this);
    String calls = System.getProperty("skiff.calls");
    if (calls != null) {
      int comma = calls.indexOf(',');
      kernel = LinuxKernel.through(calls.substring(0, comma), calls.substring(comma + 1));
    }
    if (calls == null) {
      linking.start();
    }
  }

  /// Whether a shell waits for this JVM.
  public static boolean awaited() {
    return System.getProperty("skiff.handover") != null;
  }

  /// Takes charge of the waiting shell, and starts on a second thread what takes longest, linking
  /// the system call. Call it first of all, then read arguments and plan.
  public static Handover open() {
    String words = System.getProperty("skiff.handover");
    if (words == null) {
      throw HostSupport.probe().whyNoNamespaces();
    }
    String[] numbers = words.split(",", 5);
    return new Handover(
        new Descriptors(
            number(numbers[0]),
            number(numbers[1]),
            number(numbers[2]),
            number(numbers[3]),
            numbers[4]));
  }

  private static int number(String word) {
    return word.equals("-") ? -1 : Integer.parseInt(word);
  }

  /// Has the launcher keep this start, so that the next one like it needs no Java. Call it before
  /// `run`; without a launcher that keeps starts nothing happens.
  public void keep(KeptStart start) {
    kept = KEEP_FD == null ? null : start;
  }

  /// The plan for a rank that shares the mounts of another: the launcher has put them where they
  /// only need to be entered. Any other plan stays as it is.
  public static ContainerPlan joining(ContainerPlan plan) {
    String joined = System.getProperty("skiff.joined");
    return joined == null
        ? plan
        : new ContainerPlan(
            List.of(new SetupStep.EnterRoot(Path.of(joined))),
            plan.isolation(),
            plan.payload(),
            plan.notices());
  }

  /// Carries out the plan and tells the waiting shell to run the payload's script. Its `"$@"` are
  /// the caller's words without the first `leadingWords`: sub-command, options and image. The
  /// plan's `arguments` are not used.
  ///
  /// Afterwards the host's files are out of sight: call `leave` next.
  ///
  /// @param warnings told about binds that were left out
  /// @param log told of every step
  public void run(ContainerPlan plan, int leadingWords, Consumer<Problem> warnings, MountLog log) {
    require(plan.isolation());
    Kernel linux = kernel();
    confine(linux, plan.payload().confinement());
    ImageServer server = new WaitingServer(linux, descriptors.orderFd(), descriptors.fuseFd());
    KeptStart start = kept;
    if (start == null) {
      ImageServer images = new MountedImages(linux, server);
      BeforePivot before = new BeforePivot(plan, linux, null);
      new PlanExecutor(linux, images, warnings, log, before).carryOut(plan.setup());
      tell(linux, before.script, leadingWords);
      return;
    }
    RecordedCalls calls = new RecordedCalls(linux);
    ImageServer images = new MountedImages(calls, new RecordedServer(server, calls), calls);
    Consumer<Problem> told = new Spoiling(calls, warnings);
    BeforePivot before = new BeforePivot(plan, linux, calls);
    new PlanExecutor(calls, images, told, log, before).carryOut(plan.setup());
    tell(linux, before.script, leadingWords);
    byte[] text = start.text(calls, before.script);
    if (text != null && KEEP_FD != null) {
      int _ = linux.write(KEEP_FD, text);
    }
  }

  private void tell(Kernel linux, String payload, int leadingWords) {
    int own = descriptors.scriptFd();
    String script =
        (own > HIGHEST_OF_SHELL ? "{\n" : "{\nexec " + own + "<&-\n")
            + "cd /\nshift "
            + leadingWords
            + "\n"
            + payload
            + "\n}\n";
    int _ = linux.write(descriptors.replyFd(), script.getBytes(StandardCharsets.UTF_8));
  }

  /// A shell that was told to expect it is root still, and becomes what the plan says before the
  /// host's programs are out of sight.
  private void confine(Kernel linux, Confinement confinement) {
    String namespaces = descriptors.namespaces();
    if (!(namespaces + " ").contains(GUARDED)) {
      if (confinement.asked()) {
        throw LaunchProblems.confinementAbsent();
      }
      return;
    }
    boolean joined = namespaces.startsWith("-j");
    String line = new ConfinedShell(confinement, descriptors.scriptFd(), joined).line() + "\n";
    if (!linux.awaitReader(descriptors.replyFd(), PATIENCE_MILLIS)) {
      throw LaunchProblems.shellAbsent();
    }
    int _ = linux.write(descriptors.replyFd(), line.getBytes(StandardCharsets.UTF_8));
    if (!linux.awaitReader(descriptors.replyFd(), PATIENCE_MILLIS)) {
      throw LaunchProblems.shellAbsent();
    }
    int _ = linux.write(descriptors.replyFd(), ":\n".getBytes(StandardCharsets.UTF_8));
  }

  /// The namespaces were made before this JVM started, from the same words.
  private void require(Isolation isolation) {
    require(isolation.pid(), "-p", "pid");
    require(isolation.ipc(), "-i", "ipc");
    require(isolation.network(), "-n", "network");
    require(isolation.uts(), "-u", "uts");
  }

  private void require(boolean wanted, String option, String name) {
    if (wanted && !descriptors.namespaces().contains(option)) {
      throw LaunchProblems.namespaceAbsent(name);
    }
  }

  /// Tells the waiting shell to end with `status`, for a command that starts no container or failed
  /// to.
  public void end(int status) {
    String script = "exit " + status + "\n";
    int _ = kernel().write(descriptors.replyFd(), script.getBytes(StandardCharsets.UTF_8));
  }

  /// Ends this JVM at once. The orderly way would take 3 ms and look for files that are gone.
  public void leave() {
    if (REHEARSED) {
      return; // the next start begins
    }
    int _ = kernel().exit(0);
  }

  /// The same for an instance, whose first process waits for this very status.
  ///
  /// @param remark for standard error; may be empty
  public void leaveInstance(String remark) {
    int _ = kernel().write(2, remark.getBytes(StandardCharsets.UTF_8));
    int _ = kernel().exit(INSTANCE_STANDS);
  }

  /// Chooses the payload's shell, and waits for ours. Not a lambda, nor the others here: those cost
  /// start-up time.
  private final class BeforePivot implements Runnable {
    private final ContainerPlan plan;
    private final Kernel linux;
    private final @Nullable RecordedCalls calls;
    private String script;

    BeforePivot(ContainerPlan plan, Kernel linux, @Nullable RecordedCalls calls) {
      this.plan = plan;
      this.script = plan.payload().script();
      this.linux = linux;
      this.calls = calls;
    }

    @Override
    public void run() {
      script = PayloadShell.script(calls == null ? linux : calls, plan.setup(), script);
      // It must be past its last execve(2), which would find the image's programs after the pivot.
      if (!linux.awaitReader(descriptors.replyFd(), PATIENCE_MILLIS)) {
        throw LaunchProblems.shellAbsent();
      }
      if (calls != null) {
        calls.awaited();
      }
    }
  }

  /// What was told once would have to be told each time.
  private record Spoiling(RecordedCalls calls, Consumer<Problem> warnings)
      implements Consumer<Problem> {
    @Override
    public void accept(Problem problem) {
      calls.spoil();
      warnings.accept(problem);
    }
  }

  private Kernel kernel() {
    try {
      linking.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    Kernel linked = kernel;
    if (linked == null) {
      throw SetupProblems.step("linking the system call", -Errno.ENOSYS);
    }
    return linked;
  }

  private static final class Linking extends Thread {
    private final Handover owner;

    Linking(Handover owner) {
      super("linking");
      this.owner = owner;
      setDaemon(true);
    }

    @Override
    public void run() {
      Kernel linked =
          new LinuxKernel(REHEARSED ? LinuxKernel.Calls.REHEARSED : LinuxKernel.Calls.REAL);
      if (owner.kernel == null) {
        owner.kernel = linked;
      }
    }
  }
}
