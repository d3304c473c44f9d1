package dev.skiff.runtime.slurm.cluster;

import java.util.Locale;
import java.util.Set;

/// What a node can do for a new job.
public enum NodeState {
  IDLE("idle"),
  MIXED("partly used"),
  ALLOCATED("used"),
  /// Switched off to save power; Slurm wakes it when a job wants it.
  SLEEPING("asleep"),
  RESERVED("reserved"),
  MAINTENANCE("maintenance"),
  /// Runs its jobs to their ends and takes no new ones.
  DRAINING("takes no new jobs"),
  DRAINED("out of service"),
  REBOOTING("restarting"),
  DOWN("down"),
  UNKNOWN("unknown");

  private static final Set<String> DOWN_WORDS =
      Set.of("DOWN", "FAIL", "FAILING", "ERROR", "FUTURE", "NOT_RESPONDING", "INVALID_REG");
  private static final Set<String> SLEEP_WORDS =
      Set.of("POWERED_DOWN", "POWERING_DOWN", "POWER_DOWN", "POWERING_UP");
  private static final Set<String> REBOOT_WORDS = Set.of("REBOOT_ISSUED", "REBOOT");

  private final String words;

  NodeState(String words) {
    this.words = words;
  }

  /// For people.
  public String words() {
    return words;
  }

  /// Whether a job may be placed there as soon as enough is free.
  public boolean takesJobs() {
    return compareTo(SLEEPING) <= 0;
  }

  /// Reads a state of `scontrol`, such as `MIXED+DRAIN` or `DOWN*`.
  static NodeState parse(String text) {
    boolean silent = text.contains("*");
    Set<String> words =
        Set.copyOf(
            java.util.Arrays.asList(
                text.toUpperCase(Locale.ROOT).replaceAll("[*~#!%$@^-]+", "").split("\\+", -1)));
    boolean busy = words.contains("ALLOCATED") || words.contains("MIXED");
    if (silent || words.stream().anyMatch(DOWN_WORDS::contains)) {
      return DOWN;
    }
    if (words.contains("DRAIN")) {
      return busy || words.contains("COMPLETING") ? DRAINING : DRAINED;
    }
    if (words.contains("MAINT")) {
      return MAINTENANCE;
    }
    if (words.contains("RESERVED")) {
      return RESERVED;
    }
    if (words.stream().anyMatch(REBOOT_WORDS::contains)) {
      return REBOOTING;
    }
    return words.stream().anyMatch(SLEEP_WORDS::contains) ? SLEEPING : plain(words);
  }

  private static NodeState plain(Set<String> words) {
    if (words.contains("MIXED")) {
      return MIXED;
    }
    if (words.contains("ALLOCATED")) {
      return ALLOCATED;
    }
    return words.contains("IDLE") ? IDLE : UNKNOWN;
  }
}
