package dev.skiff.runtime.slurm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Runs one command of Slurm's at a time. The environment is not the caller's: `SQUEUE_FORMAT`,
/// `SLURM_CLUSTERS` and their like change what is printed, and inside of a job its `SLURM_`
/// variables change what is submitted. Times are printed as seconds since 1970, whatever the time
/// zone.
///
/// Safe to use from several threads. No shell sees any word.
public final class SlurmCommand {

  /// For questions; the controller of a great cluster may be busy for a while.
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int LARGEST_OUTPUT = 64 << 20;
  private static final int LARGEST_REMARK = 64 << 10;
  private static final String USUAL_PATH =
      "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin:/opt/slurm/bin";

  /// What says which cluster, and who asks.
  private static final List<String> KEPT =
      List.of(
          "PATH", "HOME", "USER", "LOGNAME", "SLURM_CONF", "SLURM_JWT", "LD_LIBRARY_PATH", "TZ");

  private final Map<String, String> environment;

  private SlurmCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /// Runs commands for whoever has this environment.
  ///
  /// @param caller the caller's own environment
  public static SlurmCommand of(Map<String, String> caller) {
    Map<String, String> kept = new TreeMap<>();
    for (String name : KEPT) {
      String value = caller.get(name);
      if (value != null) {
        kept.put(name, value);
      }
    }
    kept.putIfAbsent("PATH", USUAL_PATH);
    kept.put("LC_ALL", "C");
    kept.put("SLURM_TIME_FORMAT", "%s");
    return new SlurmCommand(kept);
  }

  /// The same, with some of the caller's variables that a command is meant to see.
  public SlurmCommand with(Map<String, String> more) {
    Map<String, String> both = new TreeMap<>(environment);
    both.putAll(more);
    return new SlurmCommand(both);
  }

  /// Where a program lies, if it is installed.
  public Optional<Path> find(String program) {
    for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
      if (folder.startsWith("/") && Files.isExecutable(Path.of(folder, program))) {
        return Optional.of(Path.of(folder, program));
      }
    }
    return Optional.empty();
  }

  /// Asks a question.
  public SlurmAnswer ask(String... words) {
    return run(List.of(words), "", PATIENCE);
  }

  /// Runs a command to its end.
  ///
  /// @param words the program and its arguments
  /// @param input what it reads
  /// @param patience after which it is ended, with all that it started
  public SlurmAnswer run(List<String> words, String input, Duration patience) {
    String configuration = environment.getOrDefault("SLURM_CONF", "");
    if (!configuration.isEmpty() && !Files.exists(Path.of(configuration))) {
      // Slurm's own commands would look for it once a second, for a minute
      return new SlurmAnswer.Unreachable(
          "SLURM_CONF is '%s', and there is no such file".formatted(configuration));
    }
    String program = words.getFirst();
    Optional<Path> found = find(program);
    if (found.isEmpty()) {
      return new SlurmAnswer.Unreachable("'%s' is not in PATH".formatted(program));
    }
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(words));
    builder.command().set(0, found.get().toString());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return finish(program, builder.start(), input, patience);
    } catch (IOException e) {
      return new SlurmAnswer.Unreachable("'%s': %s".formatted(program, e.getMessage()));
    }
  }

  private static SlurmAnswer finish(
      String program, Process process, String input, Duration patience) {
    Reading out = Reading.of(process.getInputStream(), LARGEST_OUTPUT, process);
    Reading err = Reading.of(process.getErrorStream(), LARGEST_REMARK, process);
    try {
      send(process, input);
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        end(process);
        return new SlurmAnswer.Unreachable(
            "%s has not answered within %d s".formatted(program, patience.toSeconds()));
      }
      if (out.isTooLong()) {
        return new SlurmAnswer.Unreachable(
            "%s printed more than %d MB".formatted(program, LARGEST_OUTPUT >> 20));
      }
      return answer(program, process.exitValue(), out.text(), err.text());
    } catch (InterruptedException e) {
      end(process);
      Thread.currentThread().interrupt();
      return new SlurmAnswer.Unreachable("%s was interrupted".formatted(program));
    }
  }

  private static void send(Process process, String input) {
    try (OutputStream to = process.getOutputStream()) {
      to.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it ended without reading all; its status says why
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static SlurmAnswer answer(String program, int status, String out, String err) {
    String words = err.lines().map(line -> bare(program, line)).collect(Collectors.joining("\n"));
    if (status == 0) {
      return new SlurmAnswer.Done(out, words);
    }
    String lower = words.toLowerCase(Locale.ROOT);
    boolean silent =
        lower.contains("unable to contact slurm")
            || lower.contains("connection refused")
            || lower.contains("connection timed out")
            || lower.contains("socket timed out")
            || lower.contains("communications connection failure")
            || lower.contains("could not establish a configuration source")
            || lower.contains("unable to process configuration file")
            || lower.contains("protocol authentication error")
            || lower.contains("unable to establish");
    if (silent) {
      return new SlurmAnswer.Unreachable(words.strip());
    }
    return new SlurmAnswer.Refused(status, words.isBlank() ? out.strip() : words.strip());
  }

  /// The line without `sbatch: error: ` in front.
  private static String bare(String program, String line) {
    String rest = line.startsWith(program + ": ") ? line.substring(program.length() + 2) : line;
    return rest.startsWith("error: ") ? rest.substring("error: ".length()) : rest;
  }

  /// Reads a stream to its end beside the others; what is too much ends the process.
  private static final class Reading {
    private final Thread thread;
    private volatile byte[] bytes = {};
    private volatile boolean tooLong;

    private Reading(InputStream stream, int most, Process process) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .unstarted(() -> {
                try (stream) {
                  bytes = stream.readNBytes(most);
                  tooLong = bytes.length == most && stream.read() >= 0;
                  if (tooLong) {
                    end(process);
                  }
                } catch (IOException e) {
                  // the process was ended; there is nothing more to read
                }
              });
    }

    static Reading of(InputStream stream, int most, Process process) {
      Reading reading = new Reading(stream, most, process);
      reading.thread.start();
      return reading;
    }

    boolean isTooLong() throws InterruptedException {
      thread.join(PATIENCE.toMillis());
      return tooLong;
    }

    String text() throws InterruptedException {
      thread.join(PATIENCE.toMillis());
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
