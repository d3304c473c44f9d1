package dev.skiff.cli;

import dev.skiff.cli.output.InstanceListing;
import dev.skiff.cli.output.Terminal;
import dev.skiff.runtime.instance.InstanceRecord;
import dev.skiff.runtime.instance.InstanceRecords;
import dev.skiff.runtime.instance.InstanceUsage;

/// Looks at what an instance takes, a second at a time.
final class InstanceWatch {

  private static final int PAUSE_MILLIS = 1000;

  private final InstanceRecord instance;
  private final InstanceRecords records;
  private InstanceUsage last;
  private long lastNanos;

  InstanceWatch(InstanceRecord instance, InstanceRecords records) {
    this.instance = instance;
    this.records = records;
    this.last = InstanceUsage.of(instance);
    this.lastNanos = System.nanoTime();
  }

  /// Prints up to `most` lines, until the instance ends.
  void print(Terminal terminal, int most) {
    terminal.show(InstanceListing.usageHeading());
    for (int n = 0; n < most && records.find(instance.name()).isPresent(); n++) {
      double cpu = share();
      terminal.show(InstanceListing.usage(instance, last, cpu));
    }
  }

  String json() {
    double cpu = share();
    return InstanceListing.usageJson(instance, last, cpu);
  }

  /// Of one processor, since the last look.
  private double share() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    InstanceUsage now = InstanceUsage.of(instance);
    long nanos = System.nanoTime();
    double seconds = (nanos - lastNanos) / 1e9;
    long ticks = Math.max(0, now.cpuTicks() - last.cpuTicks()); // those of ended processes are gone
    last = now;
    lastNanos = nanos;
    return ticks / (double) InstanceUsage.TICKS_A_SECOND / seconds;
  }
}
