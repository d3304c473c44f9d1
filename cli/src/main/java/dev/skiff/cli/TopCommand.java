package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.cli.output.UsageListing;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.host.HostProbe;
import dev.skiff.runtime.slurm.inside.JobStep;
import dev.skiff.runtime.slurm.inside.NodeUse;
import dev.skiff.runtime.slurm.inside.UsageText;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff top`.
@Command(
    name = "top",
    description = "Show what a running job uses: GPUs, CPUs and memory, on each of its nodes.",
    footer = {
      "",
      "Measures with one step beside the job, which Ctrl-C ends. Examples:",
      "  skiff top train-4f2                  live, until the job ends",
      "  skiff top train-4f2 --json -n 1      one measurement, a line of JSON for each node"
    })
final class TopCommand extends Subcommand {

  @Parameters(paramLabel = "JOB", description = "Which job.")
  private String reference;

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "SECONDS",
      description = "Time between two measurements (default: 2).")
  private int seconds = 2;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "How many (default: until the job ends).")
  private int count;

  @Option(names = "--json", description = "Print a line of JSON for each node and measurement.")
  private boolean json;

  private boolean measured;

  @Override
  int run(Terminal terminal) {
    if (seconds < 1 || seconds > 3600 || count < 0) {
      throw new ProblemException(
          new Problem(
              "cannot measure so",
              "the interval has 1 to 3600 seconds, and the count is no less than 0",
              "see: skiff top --help"),
          ExitCode.USAGE);
    }
    Map<String, String> environment = HostProbe.callerEnvironment(System.getenv());
    RunningJob running = RunningJob.find(reference, environment);
    // A rate needs a measurement before it, so that one more is made than is shown.
    int times = count == 0 ? 0 : count + 1;
    JobStep step =
        JobStep.measuring(
            running.place(environment, ""), Duration.ofSeconds(seconds), times, environment);
    int cpus = running.job().need().cpus();
    // Slurm does not say here whether it means the memory of each CPU, or of the node.
    long memory = cpus == 1 ? running.job().need().memoryMegabytes() : 0;
    UsageListing listing = new UsageListing(cpus, memory);
    return measure(terminal, step, listing);
  }

  private int measure(Terminal terminal, JobStep step, UsageListing listing) {
    ProcessBuilder builder = RunningJob.prepared(step).redirectOutput(ProcessBuilder.Redirect.PIPE);
    builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    UsageText text = new UsageText();
    Map<String, String> shown = new LinkedHashMap<>();
    builder.redirectError(ProcessBuilder.Redirect.PIPE);
    try {
      AtomicBoolean left = new AtomicBoolean();
      Process srun = RunningJob.start(builder, left);
      // what srun says is of interest only where the step ended by itself, and measured nothing
      CompletableFuture<List<String>> remarks =
          CompletableFuture.supplyAsync(() -> srun.errorReader().lines().toList());
      try (BufferedReader in = srun.inputReader(StandardCharsets.UTF_8)) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          text.read(line).ifPresent(use -> show(terminal, listing, use, shown));
          if (terminal.out().checkError()) { // nobody reads any more: "skiff top JOB | head"
            srun.destroy();
            return ExitCode.DONE.status();
          }
        }
      }
      boolean over = srun.waitFor() == 0 || (count == 0 && measured);
      if (!over && !left.get()) {
        remarks.join().forEach(terminal::inform);
      }
      return over ? ExitCode.DONE.status() : ExitCode.PROBLEM.status();
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "cannot measure the job '%s'".formatted(reference),
              String.valueOf(e.getMessage()),
              "see whether 'srun' works here"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.TRY_AGAIN.status();
    }
  }

  private void show(
      Terminal terminal, UsageListing listing, NodeUse use, Map<String, String> shown) {
    Optional<String> lines = json ? listing.json(use) : listing.lines(use);
    if (lines.isEmpty()) {
      return;
    }
    measured = true;
    if (!json && terminal.outKind() == Terminal.Kind.LIVE) {
      long above = shown.values().stream().flatMap(String::lines).count();
      terminal.out().print(above == 0 ? "" : "\u001b[%dA\u001b[J".formatted(above));
      shown.put(use.node(), lines.get());
      terminal.show(String.join("", shown.values()));
    } else {
      terminal.show(lines.get());
    }
  }
}
