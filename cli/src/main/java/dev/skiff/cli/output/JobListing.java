package dev.skiff.cli.output;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.runtime.job.JobAmounts;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.JobStatus;
import dev.skiff.runtime.job.Resources;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.job.record.JobRecord;
import dev.skiff.runtime.job.schedule.JobReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Jobs, for people and for programs. In JSON times are ISO 8601, durations seconds.
public final class JobListing {

  private JobListing() {}

  /// One line that says what is asked for, before it is.
  public static String asked(JobRequest request, String backend) {
    Resources resources = request.resources();
    List<String> parts = new ArrayList<>();
    add(parts, resources.nodes(), "nodes");
    add(parts, resources.tasks(), "tasks");
    add(parts, resources.cpus(), "cpus");
    if (resources.memoryMegabytes() > 0) {
      long megabytes = resources.memoryMegabytes();
      parts.add(megabytes % 1024 == 0 ? megabytes / 1024 + " GB" : megabytes + " MB");
    }
    if (resources.gpus() > 0) {
      parts.add(
          resources.gpus()
              + " gpu"
              + (resources.gpuType().isEmpty() ? "" : " " + resources.gpuType()));
    }
    request.limits().time().ifPresent(time -> parts.add("at most " + JobAmounts.told(time)));
    if (!request.placement().queues().isEmpty()) {
      parts.add("in " + String.join(" or ", request.placement().queues()));
    }
    request.array().ifPresent(array -> parts.add(array.indices().size() + " tasks of an array"));
    String what = parts.isEmpty() ? "" : ": " + String.join(", ", parts);
    return "submitting to %s%s; %s".formatted(backend, what, work(request));
  }

  private static void add(List<String> parts, int number, String unit) {
    if (number > 0) {
      parts.add(number + " " + unit);
    }
  }

  private static String work(JobRequest request) {
    return switch (request.workload()) {
      case Workload.Contained(String image, var _, List<String> command) ->
          command.equals(Workload.WAITING)
              ? image + ", to be entered"
              : command.isEmpty() ? image : image + ": " + String.join(" ", command);
      case Workload.Script(String file, var _, List<String> arguments, var _) ->
          arguments.isEmpty() ? file : file + " " + String.join(" ", arguments);
    };
  }

  /// What `submit --json` prints.
  public static String submittedJson(JobRecord record) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", record.name().text());
    node.put("backend", record.backend());
    node.put("id", id(record));
    return node.toPrettyString() + "\n";
  }

  /// One line about a job that has ended.
  public static String ended(JobReport report) {
    JobStatus status = report.status();
    String reason = status.reason().isEmpty() ? "" : ": " + status.reason();
    return "%s %s%s".formatted(report.record().name(), status.state(), reason);
  }

  /// A line for each job.
  public static String table(List<JobReport> reports, Instant now) {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"NAME", "STATE", "ID", "NODE", "TIME", "LEFT", "WHAT"});
    for (JobReport report : reports) {
      JobStatus status = report.status();
      String reason = status.reason();
      rows.add(
          new String[] {
            report.record().name().text(),
            status.state().name(),
            report.record().backend() + ":" + id(report.record()),
            status.node(),
            ran(status, now).map(JobListing::clock).orElse(""),
            left(report, now).map(JobListing::clock).orElse(""),
            reason.isEmpty() ? work(report.record().request()) : reason
          });
    }
    return columns(rows);
  }

  private static String columns(List<String[]> rows) {
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        line.append(row[i].replace('\n', ' ')).append(" ".repeat(widths[i] - row[i].length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static Optional<Duration> ran(JobStatus status, Instant now) {
    return status
        .started()
        .map(start -> Duration.between(start, status.ended().orElse(now)))
        .map(time -> time.isNegative() ? Duration.ZERO : time); // the node's clock may be ahead
  }

  private static Optional<Duration> left(JobReport report, Instant now) {
    if (report.status().state().isFinal()) {
      return Optional.empty();
    }
    return ran(report.status(), now)
        .flatMap(ran -> report.record().request().limits().time().map(limit -> limit.minus(ran)))
        .map(left -> left.isNegative() ? Duration.ZERO : left);
  }

  private static String clock(Duration time) {
    String days = time.toDays() == 0 ? "" : time.toDays() + "-";
    return days
        + "%02d:%02d:%02d"
            .formatted(time.toHoursPart(), time.toMinutesPart(), time.toSecondsPart());
  }

  private static String id(JobRecord record) {
    return record.nativeId().split(" ", 2)[0];
  }

  /// The jobs, with the tasks of arrays.
  public static String json(List<JobReport> reports) {
    var list = JsonNodeFactory.instance.arrayNode();
    for (JobReport report : reports) {
      JobRecord record = report.record();
      ObjectNode node = list.addObject();
      node.put("name", record.name().text());
      node.put("backend", record.backend());
      node.put("id", id(record));
      node.put("submitted", record.submitted().toString());
      node.put("host", record.host());
      node.put("directory", record.request().directory().toString());
      node.put("work", work(record.request()));
      record.request().limits().time().ifPresent(time -> node.put("limit", time.toSeconds()));
      fill(node, report.status());
      if (!report.tasks().isEmpty()) {
        var tasks = node.putArray("tasks");
        report
            .tasks()
            .forEach((number, status) -> {
              ObjectNode task = tasks.addObject();
              task.put("task", number);
              fill(task, status);
            });
      }
    }
    return list.toPrettyString() + "\n";
  }

  private static void fill(ObjectNode node, JobStatus status) {
    node.put("state", status.state().name());
    node.put("reason", status.reason());
    node.put("node", status.node());
    node.put("restarts", status.restarts());
    status.started().ifPresent(time -> node.put("started", time.toString()));
    status.ended().ifPresent(time -> node.put("ended", time.toString()));
    if (status.state().isFinal()) {
      node.put("exit", status.exitStatus());
    }
  }
}
