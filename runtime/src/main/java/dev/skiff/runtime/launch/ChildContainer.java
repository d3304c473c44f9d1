package dev.skiff.runtime.launch;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Isolation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Runs containers as child processes of this JVM, which must be root, of the machine or of a user
/// namespace (`IdMapping.current()` is not `NONE`). Each gets a pid namespace, so that its end, or
/// ours, ends everything in it.
public final class ChildContainer {

  private static final int LONGEST_LINE = 1 << 16;

  private final Consumer<Problem> warnings;

  /// @param warnings told about binds that were left out
  public ChildContainer(Consumer<Problem> warnings) {
    this.warnings = warnings;
  }

  /// Carries out the plan and waits for its payload. Returns the payload's exit status, or 128 plus
  /// the number of the signal that ended it.
  ///
  /// On interruption, and when this JVM ends in any way, all processes of the container are killed.
  ///
  /// @throws ProblemException if the container could not be set up
  public int run(ContainerPlan plan, ChildIo io) throws InterruptedException {
    if (IdMapping.current() == IdMapping.NONE) {
      throw HostSupport.probe().whyNoNamespaces();
    }
    try {
      Path file = Files.createTempFile("skiff-plan", "");
      Path report = Files.createTempFile("skiff-report", "");
      file.toFile().deleteOnExit(); // when this JVM is asked to end in the middle
      report.toFile().deleteOnExit();
      try {
        Files.write(file, PlanCodec.encode(plan));
        int status = run(command(plan.isolation(), file, report), io);
        return judge(status, PlanCodec.decodeProblems(Files.readAllBytes(report)));
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(report);
      }
    } catch (IOException failure) {
      throw LaunchProblems.child(failure);
    }
  }

  /// `EnterMain` reports warnings first; with status 125 the last report is why it gave up.
  private int judge(int status, List<Problem> problems) {
    boolean failed = status == ExitCode.NOT_STARTED.status() && !problems.isEmpty();
    int last = problems.size() - (failed ? 1 : 0);
    problems.subList(0, last).forEach(warnings);
    if (failed) {
      throw new ProblemException(problems.getLast(), ExitCode.NOT_STARTED);
    }
    return status;
  }

  private static List<String> command(Isolation isolation, Path plan, Path report) {
    List<String> words = new ArrayList<>();
    // Dies with this JVM even when that is killed: the plan's processes follow by --kill-child.
    words.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
    words.addAll(List.of("unshare", "-m", "-p", "--fork", "--kill-child"));
    if (isolation.ipc()) {
      words.add("-i");
    }
    if (isolation.network()) {
      words.add("-n");
    }
    if (isolation.uts()) {
      words.add("-u");
    }
    words.add("--");
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
    words.addAll(List.of("-XX:-MaxFDLimit", "-Xlog:disable", "-Xmx64m"));
    String cache = System.getProperty("skiff.cache", "");
    if (!cache.isEmpty()) {
      words.add("-XX:AOTCache=" + cache);
    }
    words.add("--enable-native-access=ALL-UNNAMED");
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.addAll(List.of(EnterMain.class.getName(), plan.toString(), report.toString()));
    return words;
  }

  private static int run(List<String> command, ChildIo io)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    switch (io) {
      case ChildIo.Inherited _ -> builder.inheritIO();
      case ChildIo.Lines _ ->
          builder
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true);
    }
    Process process = builder.start();
    Thread hook = new Thread(() -> kill(process), "kill the container");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      if (io instanceof ChildIo.Lines lines) {
        forward(process, lines.listener());
      }
      return process.waitFor();
    } finally {
      kill(process);
      removeHook(hook);
    }
  }

  private static void kill(Process process) {
    if (process.isAlive()) {
      process.destroyForcibly();
      process.onExit().join();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The JVM is shutting down: the hook runs, and finds nothing alive.
    }
  }

  /// Returns at the end of the stream, which is when the last process that holds it is gone.
  private static void forward(Process process, Consumer<String> listener)
      throws IOException, InterruptedException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n' || line.length() == LONGEST_LINE) {
        listener.accept(line.toString());
        line.setLength(0);
      }
      if (c != '\n') {
        line.append((char) c);
      }
    }
    if (!line.isEmpty()) {
      listener.accept(line.toString());
    }
  }
}
