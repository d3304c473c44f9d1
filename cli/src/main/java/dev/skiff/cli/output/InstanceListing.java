package dev.skiff.cli.output;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.runtime.instance.InstanceRecord;
import dev.skiff.runtime.instance.InstanceRecords;
import dev.skiff.runtime.instance.InstanceUsage;
import java.util.List;

/// Instances as text and for programs, both in Apptainer's form. They share the host's network, so
/// no address is theirs.
public final class InstanceListing {

  private static final double PERCENT = 100.0;

  private InstanceListing() {}

  /// One line each, under a heading.
  public static String table(List<InstanceRecord> instances) {
    StringBuilder text = new StringBuilder(line("INSTANCE NAME", "PID", "IP", "IMAGE"));
    for (InstanceRecord one : instances) {
      text.append(line(one.name().text(), Long.toString(one.process().pid()), "", one.image()));
    }
    return text.toString();
  }

  /// The same with the files that hold what they print.
  public static String logs(List<InstanceRecord> instances, InstanceRecords records) {
    StringBuilder text = new StringBuilder(line("INSTANCE NAME", "PID", "LOGS", ""));
    for (InstanceRecord one : instances) {
      var folder = records.logs(one.name());
      String pid = Long.toString(one.process().pid());
      text.append(line(one.name().text(), pid, folder.resolve("err").toString(), ""));
      text.append(line("", "", folder.resolve("out").toString(), ""));
    }
    return text.toString();
  }

  /// Apptainer's members, and when each was started, in seconds since 1970.
  public static String json(List<InstanceRecord> instances, InstanceRecords records) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    var list = root.putArray("instances");
    for (InstanceRecord one : instances) {
      ObjectNode node = list.addObject();
      node.put("instance", one.name().text());
      node.put("pid", one.process().pid());
      node.put("img", one.image());
      node.put("ip", "");
      node.put("logErrPath", records.logs(one.name()).resolve("err").toString());
      node.put("logOutPath", records.logs(one.name()).resolve("out").toString());
      node.put("created", one.createdSeconds());
    }
    return root.toPrettyString() + "\n";
  }

  /// The heading of `usage`.
  public static String usageHeading() {
    return usageLine("INSTANCE NAME", "CPU USAGE", "MEM USAGE", "CPU TIME", "PIDS");
  }

  /// One line of what an instance takes.
  ///
  /// @param cpu share of one processor, 1.0 for all of it
  public static String usage(InstanceRecord instance, InstanceUsage usage, double cpu) {
    return usageLine(
        instance.name().text(),
        "%.2f%%".formatted(cpu * PERCENT),
        Amounts.size(usage.memoryBytes()),
        "%.2fs".formatted(usage.cpuTicks() / (double) InstanceUsage.TICKS_A_SECOND),
        Integer.toString(usage.processes()));
  }

  /// The same for programs.
  public static String usageJson(InstanceRecord instance, InstanceUsage usage, double cpu) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("instance", instance.name().text());
    root.put("pid", instance.process().pid());
    root.put("processes", usage.processes());
    root.put("memoryBytes", usage.memoryBytes());
    root.put("cpuSeconds", usage.cpuTicks() / (double) InstanceUsage.TICKS_A_SECOND);
    root.put("cpuPercent", Math.round(cpu * PERCENT * PERCENT) / PERCENT);
    return root.toPrettyString() + "\n";
  }

  private static String usageLine(String name, String cpu, String memory, String time, String n) {
    return "%-20s %-10s %-12s %-10s %s%n".formatted(name, cpu, memory, time, n);
  }

  private static String line(String name, String pid, String ip, String image) {
    return "%-16s %-10s %-15s %s".formatted(name, pid, ip, image).stripTrailing() + "\n";
  }
}
