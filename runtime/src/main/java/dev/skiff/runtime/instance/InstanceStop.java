package dev.skiff.runtime.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Ends an instance: everybody in it gets a signal, as from Ctrl-C, then time, then SIGKILL.
///
/// Without a signal of the person's, SIGTERM follows after half the time: a shell starts background
/// programs with SIGINT ignored. The first process goes last, and takes along whatever is left.
///
/// @param signal what is sent first, without `SIG`, if the person said it
/// @param patience until SIGKILL
public record InstanceStop(Optional<String> signal, Duration patience) {

  private static final Path PROC = Path.of("/proc");
  private static final int POLL_MILLIS = 30;
  private static final Duration LAST_PATIENCE = Duration.ofSeconds(10);
  private static final int LARGEST_NUMBER = 64;
  private static final Set<String> SIGNALS =
      Set.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "POLL", "PWR", "SYS");

  /// A signal as typed: `TERM`, `SIGTERM`, `sigterm` or `15`.
  public static String signal(String word) {
    String name = word.toUpperCase(Locale.ROOT);
    name = name.startsWith("SIG") ? name.substring(3) : name;
    boolean number = !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    if (number && name.length() <= 2) {
      int value = Integer.parseInt(name);
      if (value >= 1 && value <= LARGEST_NUMBER) {
        return Integer.toString(value);
      }
    }
    if (!SIGNALS.contains(name)) {
      throw InstanceProblems.badSignal(word);
    }
    return name;
  }

  /// Returns when it has ended.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException when it cannot be ended
  public void stop(InstanceRecord record, InstanceRecords records) {
    if (!patience.isZero()) {
      end(record);
    }
    if (record.process().isAlive(PROC)) {
      send("KILL", List.of(record.process().pid()));
    }
    if (!ends(record, LAST_PATIENCE, false)) {
      throw InstanceProblems.unstopped(record);
    }
    records.forget(record);
  }

  private void end(InstanceRecord record) {
    send(signal.orElse("INT"), own(record));
    Duration half = patience.dividedBy(2);
    if (!ends(record, half, true)) {
      if (signal.isEmpty()) {
        send("TERM", own(record));
      }
      boolean _ = ends(record, patience.minus(half), true);
    }
  }

  /// Waits, and says whether it has ended, or only its first process is left.
  private static boolean ends(InstanceRecord record, Duration most, boolean firstCounts) {
    long end = System.nanoTime() + most.toNanos();
    while (record.process().isAlive(PROC)) {
      if (firstCounts && own(record).isEmpty()) {
        return true;
      }
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /// Everybody but its first process.
  private static List<Long> own(InstanceRecord record) {
    List<Long> all = InstanceProcesses.of(PROC, record);
    all.remove(record.process().pid());
    return all;
  }

  private static void send(String signal, List<Long> processes) {
    if (processes.isEmpty()) {
      return;
    }
    List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$0\" \"$@\"", signal));
    processes.forEach(pid -> words.add(Long.toString(pid)));
    try {
      Process kill =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      int _ = kill.waitFor(); // one that has just ended is no failure
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
