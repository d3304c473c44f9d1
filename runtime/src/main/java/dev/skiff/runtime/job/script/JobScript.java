package dev.skiff.runtime.job.script;

import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.TimeLimits;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.plan.ShellText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes the script that runs a job on its node: what was asked as shell variables, the payload as
/// a function, and a waiter, whose text is the same for all. It runs without a record as well.
///
/// All that a person or a file said stands in single quotes: no shell evaluates it.
public final class JobScript {

  private static final String END = "SKIFF-SCRIPT-END";

  /// A container does not get Skiff's own variables, but for what a job is to know of itself.
  private static final String TOLD =
      " --env \"SKIFF_JOB=$SKIFF_JOB\" --env \"SKIFF_RESTART_COUNT=$SKIFF_RESTART_COUNT\" ";

  private final JobRequest request;
  private final StringBuilder text = new StringBuilder();

  private JobScript(JobRequest request) {
    this.request = request;
  }

  /// The whole script.
  ///
  /// @param directives lines for the scheduler, without line ends
  /// @param record the folder of the job's record
  /// @param skiff the launcher that starts the container
  public static String of(JobRequest request, List<String> directives, Path record, Path skiff) {
    JobScript script = new JobScript(request);
    script.line("#!/bin/bash");
    directives.forEach(script::line);
    script.variables(record);
    request
        .environment()
        .forEach((name, value) -> script.line("export " + name + "=" + ShellText.literal(value)));
    switch (request.workload()) {
      case Workload.Contained contained -> script.contained(contained, skiff);
      case Workload.Script own -> script.own(own);
    }
    return script.text.append(waiter()).toString();
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private void set(String name, String value) {
    line("skiff_" + name + "=" + value);
  }

  private void variables(Path record) {
    TimeLimits limits = request.limits();
    set("job", ShellText.literal(request.name().text()));
    set("record", ShellText.literal(record.toString()));
    set("limit", limits.time().map(time -> Long.toString(time.toSeconds())).orElse(""));
    set("before", Long.toString(before(limits)));
    set("signal", limits.warning().map(TimeLimits.Warning::signal).orElse(""));
    set("grace", Long.toString(limits.grace().toSeconds()));
    set("rerun", ShellText.literal(rerun(limits)));
    set("retries", Integer.toString(limits.retries()));
  }

  /// After which warnings, in one text.
  private static String rerun(TimeLimits limits) {
    return Arrays.stream(TimeLimits.Rerun.values())
        .filter(limits.rerunOn()::contains)
        .map(one -> one.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" "));
  }

  private static long before(TimeLimits limits) {
    return limits.warning().map(TimeLimits.Warning::before).orElse(Duration.ZERO).toSeconds();
  }

  private void contained(Workload.Contained contained, Path skiff) {
    set("bin", ShellText.literal(skiff.toString()));
    List<String> words = new ArrayList<>(contained.options());
    words.add(contained.image());
    words.addAll(contained.command());
    payload(() -> {
      line("  [ -x \"$skiff_bin\" ] || skiff_bin=$(command -v skiff) || {");
      line(
          "    echo \"error: cannot start the container: neither $skiff_bin nor another skiff is on"
              + " $HOSTNAME\" >&2");
      line("    exit 125");
      line("  }");
      String verb = contained.command().isEmpty() ? "run" : "exec";
      line("  exec " + launch() + "\"$skiff_bin\" " + verb + TOLD + ShellText.literals(words));
    });
  }

  /// `srun` starts each task; of a job that is one process nobody needs it.
  private String launch() {
    return request.resources().tasks() == 0
        ? ""
        : "srun --kill-on-bad-exit=1 ${SLURM_CPUS_PER_TASK:+--cpus-per-task=$SLURM_CPUS_PER_TASK} ";
  }

  private void payload(Runnable body) {
    line("skiff_payload() {");
    line("  cd -- " + ShellText.literal(request.directory().toString()) + " || exit 125");
    body.run();
    line("}");
  }

  private void own(Workload.Script own) {
    line("skiff_copy=$(mktemp \"${TMPDIR:-/tmp}/skiff-script.XXXXXX\") || exit 125");
    String end = END;
    while (own.text().contains(end)) {
      end += "-";
    }
    line("cat >\"$skiff_copy\" <<'" + end + "' || exit 125");
    text.append(own.text()).append(own.text().endsWith("\n") ? "" : "\n");
    line(end);
    List<String> interpreter = interpreter(own.text());
    payload(() -> {
      line("  export SINGULARITYENV_SKIFF_JOB=\"$SKIFF_JOB\"");
      line("  export SINGULARITYENV_SKIFF_RESTART_COUNT=\"$SKIFF_RESTART_COUNT\"");
      line(
          "  exec "
              + ShellText.literals(interpreter)
              + " \"$skiff_copy\" "
              + ShellText.literals(own.arguments()));
    });
  }

  /// The words of the first line, as the kernel reads it: a program, and at most one argument.
  private static List<String> interpreter(String script) {
    String first = script.lines().findFirst().orElse("");
    String line = first.startsWith("#!") ? first.substring(2).strip() : "";
    if (line.isEmpty()) {
      return List.of("/bin/bash");
    }
    int blank = line.indexOf(' ');
    return blank < 0
        ? List.of(line)
        : List.of(line.substring(0, blank), line.substring(blank + 1).strip());
  }

  private static String waiter() {
    return resource("waiter.sh");
  }

  /// The text of a shell script of this package.
  public static String resource(String name) {
    try (InputStream in = JobScript.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the archive");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Variables of the caller that configure containers, without those that hold secrets.
  public static boolean isForwarded(Map.Entry<String, String> variable) {
    String name = variable.getKey();
    boolean ours =
        name.startsWith("SKIFF_") || name.startsWith("APPTAINER") || name.startsWith("SINGULARITY");
    return ours
        && ShellText.isVariableName(name)
        && !name.matches(
            ".*(PASSWORD|PASSPHRASE|TOKEN|SECRET|USERNAME).*|SKIFF_(CALLER|JOB|RESTART).*");
  }
}
