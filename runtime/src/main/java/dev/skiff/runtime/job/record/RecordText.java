package dev.skiff.runtime.job.record;

import dev.skiff.runtime.job.Dependency;
import dev.skiff.runtime.job.JobArray;
import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobOutput;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Placement;
import dev.skiff.runtime.job.Resources;
import dev.skiff.runtime.job.TimeLimits;
import dev.skiff.runtime.job.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// A record as `job.json`. Numbers are texts; memory is megabytes, times are seconds.
final class RecordText {

  private static final String VERSION = "1";
  private static final List<String> LISTS =
      List.of(
          "options",
          "command",
          "arguments",
          "directives",
          "environment",
          "queues",
          "rerunOn",
          "after",
          "raw");

  private final Map<String, List<String>> fields;

  private RecordText(Map<String, List<String>> fields) {
    this.fields = fields;
  }

  static String write(JobRecord record) {
    RecordText text = new RecordText(new LinkedHashMap<>());
    JobRequest request = record.request();
    text.put("version", VERSION);
    text.put("name", request.name().text());
    text.put("backend", record.backend());
    text.put("id", record.nativeId());
    text.put("submitted", Long.toString(record.submitted().getEpochSecond()));
    text.put("host", record.host());
    text.put("cluster", record.cluster());
    text.put("directory", request.directory().toString());
    text.put(request.workload());
    text.fields.put(
        "environment",
        request.environment().entrySet().stream()
            .map(variable -> variable.getKey() + "=" + variable.getValue())
            .toList());
    text.put(request.resources());
    text.put(request.placement());
    text.put(request.limits());
    text.put("array", request.array().map(JobArray::text).orElse(""));
    text.fields.put("after", request.after().stream().map(RecordText::dependency).toList());
    text.put("out", request.output().out());
    text.put("err", request.output().err());
    text.fields.put("raw", request.rawOptions());
    text.put("smoke", request.smoke());
    return FlatJson.write(text.fields, LISTS);
  }

  private void put(String key, String value) {
    fields.put(key, List.of(value));
  }

  private void put(String key, long value) {
    put(key, Long.toString(value));
  }

  private void put(Workload workload) {
    switch (workload) {
      case Workload.Contained(String image, List<String> options, List<String> command) -> {
        put("image", image);
        fields.put("options", options);
        fields.put("command", command);
      }
      case Workload.Script(
              String file,
              String body,
              List<String> arguments,
              List<String> lines) -> {
        put("script", file);
        put("text", body);
        fields.put("arguments", arguments);
        fields.put("directives", lines);
      }
    }
  }

  private void put(Resources resources) {
    put("cpus", resources.cpus());
    put("memory", resources.memoryMegabytes());
    put("gpus", resources.gpus());
    put("gpuType", resources.gpuType());
    put("nodes", resources.nodes());
    put("tasks", resources.tasks());
  }

  private void put(Placement placement) {
    fields.put("queues", placement.queues());
    put("constraint", placement.constraint());
    put("quality", placement.quality());
    put("account", placement.account());
    put("reservation", placement.reservation());
    put("node", placement.node());
    put("priority", placement.priority());
  }

  private void put(TimeLimits limits) {
    put("time", limits.time().map(Duration::toSeconds).orElse(0L));
    put("warn", limits.warning().map(w -> w.before().toSeconds()).orElse(0L));
    put("warnSignal", limits.warning().map(TimeLimits.Warning::signal).orElse(""));
    put("grace", limits.grace().toSeconds());
    fields.put("rerunOn", limits.rerunOn().stream().map(Enum::name).sorted().toList());
    put("retries", limits.retries());
  }

  private static String dependency(Dependency dependency) {
    return dependency.when() + " " + dependency.nativeId() + " " + dependency.job();
  }

  /// @throws IllegalArgumentException if the text is no record; the message says what is wrong
  static JobRecord read(String text) {
    RecordText record = new RecordText(FlatJson.read(text));
    if (!record.get("version").equals(VERSION)) {
      throw new IllegalArgumentException("it is of another version of skiff");
    }
    return new JobRecord(
        record.request(),
        record.get("backend"),
        record.get("id"),
        Instant.ofEpochSecond(record.number("submitted")),
        record.get("host"),
        record.fields.containsKey("cluster") ? record.get("cluster") : "");
  }

  private JobRequest request() {
    return new JobRequest(
        new JobName(get("name")),
        workload(),
        Path.of(get("directory")),
        environment(),
        new Resources(
            (int) number("cpus"),
            number("memory"),
            (int) number("gpus"),
            get("gpuType"),
            (int) number("nodes"),
            (int) number("tasks")),
        new Placement(
            list("queues"),
            get("constraint"),
            get("quality"),
            get("account"),
            get("reservation"),
            get("node"),
            get("priority")),
        limits(),
        get("array").isEmpty() ? Optional.empty() : Optional.of(JobArray.parse(get("array"))),
        dependencies(),
        new JobOutput(get("out"), get("err")),
        list("raw"),
        get("smoke"));
  }

  private Workload workload() {
    return fields.containsKey("script")
        ? new Workload.Script(get("script"), get("text"), list("arguments"), list("directives"))
        : new Workload.Contained(get("image"), list("options"), list("command"));
  }

  private SortedMap<String, String> environment() {
    SortedMap<String, String> environment = new TreeMap<>();
    for (String variable : list("environment")) {
      int equals = variable.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("'environment' holds what is no variable");
      }
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return environment;
  }

  private TimeLimits limits() {
    long time = number("time");
    long warn = number("warn");
    Set<TimeLimits.Rerun> rerunOn = EnumSet.noneOf(TimeLimits.Rerun.class);
    list("rerunOn").forEach(word -> rerunOn.add(TimeLimits.Rerun.valueOf(word)));
    return new TimeLimits(
        time == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(time)),
        warn == 0
            ? Optional.empty()
            : Optional.of(new TimeLimits.Warning(Duration.ofSeconds(warn), get("warnSignal"))),
        Duration.ofSeconds(number("grace")),
        rerunOn,
        (int) number("retries"));
  }

  private List<Dependency> dependencies() {
    List<Dependency> dependencies = new ArrayList<>();
    for (String text : list("after")) {
      String[] words = text.split(" ", 3);
      if (words.length != 3) {
        throw new IllegalArgumentException("'after' holds what is no dependency");
      }
      dependencies.add(new Dependency(words[2], words[1], Dependency.When.valueOf(words[0])));
    }
    return dependencies;
  }

  private String get(String key) {
    List<String> values = fields.getOrDefault(key, List.of());
    if (values.size() != 1) {
      throw new IllegalArgumentException("'%s' is missing".formatted(key));
    }
    return values.getFirst();
  }

  private List<String> list(String key) {
    return fields.getOrDefault(key, List.of());
  }

  private long number(String key) {
    try {
      return Long.parseLong(get(key));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'%s' is no number".formatted(key), e);
    }
  }
}
