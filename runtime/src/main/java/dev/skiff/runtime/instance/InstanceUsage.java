package dev.skiff.runtime.instance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What an instance takes at one moment, by its processes and those that came into it: no control
/// group is needed.
///
/// @param processes how many there are, the first one included
/// @param cpuTicks what those that are there have used, in clock ticks of 10 ms
/// @param memoryBytes what they hold; shared pages count in parts, where the kernel tells
public record InstanceUsage(int processes, long cpuTicks, long memoryBytes) {

  /// Clock ticks a second, the same on every Linux that we run on (`getconf CLK_TCK`).
  public static final int TICKS_A_SECOND = 100;

  private static final Path PROC = Path.of("/proc");
  private static final int USER_TICKS = 14;
  private static final int SYSTEM_TICKS = 15;

  /// Looks through /proc once.
  public static InstanceUsage of(InstanceRecord record) {
    InstanceUsage sum = new InstanceUsage(0, 0, 0);
    for (long pid : InstanceProcesses.of(PROC, record)) {
      sum = sum.plus(PROC.resolve(Long.toString(pid)));
    }
    return sum;
  }

  private InstanceUsage plus(Path process) {
    try {
      Path stat = process.resolve("stat");
      long ticks = ProcessMark.field(stat, USER_TICKS) + ProcessMark.field(stat, SYSTEM_TICKS);
      return new InstanceUsage(processes + 1, cpuTicks + ticks, memoryBytes + memory(process));
    } catch (IOException gone) {
      return this;
    }
  }

  private static long memory(Path process) {
    try {
      for (String line :
          Files.readString(process.resolve("smaps_rollup"), StandardCharsets.US_ASCII)
              .split("\n", -1)) {
        if (line.startsWith("Pss:")) {
          return Long.parseLong(line.substring(4).replace("kB", "").strip()) * 1024;
        }
      }
      return 0;
    } catch (IOException | NumberFormatException untold) {
      return 0;
    }
  }
}
