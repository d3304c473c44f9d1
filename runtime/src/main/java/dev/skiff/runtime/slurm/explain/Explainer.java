package dev.skiff.runtime.slurm.explain;

import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.Partition;
import dev.skiff.runtime.slurm.cluster.Reservation;
import dev.skiff.runtime.slurm.explain.Explanation.Remedy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Says why a job is not yet where its user wants it. Pure: it sees one moment of the cluster.
public final class Explainer {

  private static final int MOST_REMEDIES = 5;
  private static final Duration ENDLESS = Duration.ofDays(36_500);

  private final Cluster cluster;
  private final List<QueuedJob> queue;
  private final Instant now;
  private final DateTimeFormatter times;

  /// @param queue all jobs that wait or run
  /// @param zone in which the reader lives
  public Explainer(Cluster cluster, List<QueuedJob> queue, Instant now, ZoneId zone) {
    this.cluster = cluster;
    this.queue = List.copyOf(queue);
    this.now = now;
    this.times = DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ENGLISH).withZone(zone);
  }

  /// What there is to say of a job.
  public Explanation explain(QueuedJob job) {
    return job.isPending() ? waiting(job) : EndWords.of(job, now);
  }

  private Explanation waiting(QueuedJob job) {
    List<String> facts = new ArrayList<>();
    List<Remedy> remedies = new ArrayList<>();
    boolean hopeless = tooLong(job, facts, remedies) || tooLarge(job, facts, remedies);
    if (!hopeless) {
      maintenance(job, facts, remedies);
      if (job.dependency().isEmpty()) { // others before it do not matter yet
        ahead(job, facts);
      }
    }
    dependency(job, facts);
    if (isShort(job.reason())) {
      elsewhere(job, remedies);
    }
    Optional<ReasonWords.Meaning> meaning = ReasonWords.of(job.reason());
    meaning
        .map(ReasonWords.Meaning::remedy)
        .filter(remedy -> !remedy.isEmpty() && remedies.isEmpty())
        .ifPresent(remedy -> remedies.add(remedy(filled(remedy, job))));
    return new Explanation(
        "waits" + since(job),
        job.reason(),
        meaning
            .map(words -> filled(words.why(), job))
            .orElse("Slurm gives a reason that is not known here"),
        hopeless || isForever(job) ? "never, as it is" : when(job),
        facts,
        remedies.subList(0, Math.min(MOST_REMEDIES, remedies.size())));
  }

  /// Whether the way out is to find room, rather than to lift a hold or to repair a name.
  private static boolean isShort(String reason) {
    return List.of("Resources", "Priority", "PartitionTimeLimit", "PartitionNodeLimit", "None")
            .contains(reason)
        || reason.startsWith("ReqNodeNotAvail")
        || reason.startsWith("Nodes required")
        || reason.startsWith("Partition")
        || reason.equals("BadConstraints")
        || reason.equals("MaxMemPerLimit");
  }

  private static boolean isForever(QueuedJob job) {
    return job.reason().equals("DependencyNeverSatisfied") || job.reason().equals("BadConstraints");
  }

  private boolean tooLong(QueuedJob job, List<String> facts, List<Remedy> remedies) {
    List<Partition> own = partitions(job);
    Duration asked = job.time().orElse(ENDLESS);
    if (own.isEmpty() || own.stream().anyMatch(partition -> partition.allows(asked))) {
      return false;
    }
    Partition widest = own.getFirst();
    Duration most = widest.longest().orElse(asked);
    String wanted = job.time().map(Lengths::words).orElse("no limit of time");
    facts.add(
        "it asks for %s; '%s' runs a job for %s at most"
            .formatted(wanted, widest.name(), Lengths.words(most)));
    remedies.add(
        new Remedy(
            "is short enough for '%s'".formatted(widest.name()),
            update(job, "TimeLimit=" + Lengths.slurm(most))));
    return true;
  }

  private boolean tooLarge(QueuedJob job, List<String> facts, List<Remedy> remedies) {
    List<Partition> own = partitions(job);
    Room room = room(job);
    boolean exists =
        own.isEmpty() || own.stream().anyMatch(partition -> room.exists(partition, job.need()));
    if (exists || job.need().constraint().matches(".*[\\[\\]()*!].*")) {
      return false;
    }
    facts.add(
        "'%s' has not %s like this: %s"
            .formatted(
                own.getFirst().name(),
                job.need().nodes() == 1 ? "one node" : job.need().nodes() + " nodes",
                NeedWords.of(job.need())));
    cluster.partitions().stream()
        .filter(partition -> room.exists(partition, job.need()) && allows(partition, job))
        .forEach(partition ->
            remedies.add(
                new Remedy(
                    "'%s' has such nodes".formatted(partition.name()),
                    update(job, "Partition=" + partition.name()))));
    if (remedies.isEmpty()) {
      remedies.add(
          new Remedy(
              "shows how much there is on each node; submit it with less", "skiff nodes -l"));
    }
    return true;
  }

  /// A reservation that begins before the job could be done.
  private void maintenance(QueuedJob job, List<String> facts, List<Remedy> remedies) {
    for (Reservation reservation : cluster.reservations()) {
      Instant start = reservation.start().orElse(Instant.MAX);
      Instant end = reservation.end().orElse(Instant.MAX);
      boolean over = end.isBefore(now);
      boolean inTheWay =
          job.time().map(time -> now.plus(time).isAfter(start)).orElse(true)
              && job.reason().startsWith("ReqNodeNotAvail");
      if (over || !inTheWay) {
        continue;
      }
      facts.add(
          "%s is kept for '%s' from %s to %s"
              .formatted(
                  reservation.nodes(), reservation.name(), times.format(start), times.format(end)));
      Duration left = Duration.between(now, start).minusMinutes(1);
      if (left.toMinutes() > 1) {
        remedies.add(
            new Remedy("ends before that", update(job, "TimeLimit=" + Lengths.slurm(left))));
      }
    }
  }

  /// Jobs before it in the same partitions.
  private void ahead(QueuedJob job, List<String> facts) {
    long before =
        queue.stream()
            .filter(other -> other.isPending() && other.priority() > job.priority())
            .filter(other -> other.partitions().stream().anyMatch(job.partitions()::contains))
            .count();
    if (before > 0) {
      facts.add(before == 1 ? "one other job is before it" : before + " other jobs are before it");
    }
  }

  private void dependency(QueuedJob job, List<String> facts) {
    if (!job.dependency().isEmpty()) {
      facts.add("it waits for " + DependencyWords.of(job.dependency()));
    }
  }

  private void elsewhere(QueuedJob job, List<Remedy> remedies) {
    Room room = room(job);
    for (Partition partition : cluster.partitions()) {
      boolean own = job.partitions().contains(partition.name());
      if (!own && allows(partition, job) && room.isFree(partition, job.need())) {
        remedies.add(
            new Remedy(
                "'%s' has room for it now%s"
                    .formatted(
                        partition.name(),
                        partition.isPreemptible()
                            ? ", and stops its jobs when others need the room"
                            : ""),
                update(job, "Partition=" + partition.name())));
      }
      if (own) {
        inOwn(partition, job, room, remedies);
      }
    }
  }

  private void inOwn(Partition partition, QueuedJob job, Room room, List<Remedy> remedies) {
    for (String type : room.otherTypes(partition, job.need())) {
      remedies.add(
          new Remedy(
              "GPUs of type '%s' are free in '%s' now: submit it with them"
                  .formatted(type, partition.name()),
              "skiff submit -v %s ...".formatted(type)));
    }
    long memory = room.memoryBeside(partition, job.need());
    if (memory > 0 && memory < job.need().memoryMegabytes()) {
      remedies.add(
          new Remedy(
              "fits beside the memory that others have in '%s'".formatted(partition.name()),
              update(job, "MinMemoryNode=" + memory)));
    }
  }

  private Room room(QueuedJob job) {
    return new Room(cluster, now, now.plus(job.time().orElse(ENDLESS)));
  }

  private boolean allows(Partition partition, QueuedJob job) {
    return partition.state() == Partition.State.UP
        && !partition.admission().rootOnly()
        && partition.allows(job.time().orElse(ENDLESS));
  }

  private List<Partition> partitions(QueuedJob job) {
    return cluster.partitions().stream()
        .filter(partition -> job.partitions().contains(partition.name()))
        .toList();
  }

  private String since(QueuedJob job) {
    return job.submitted()
        .map(then -> ", since " + Lengths.words(Duration.between(then, now)))
        .orElse("");
  }

  private String when(QueuedJob job) {
    return job.start()
        .filter(start -> start.isAfter(now))
        .map(start -> "Slurm expects to start it on " + times.format(start))
        .orElse("");
  }

  private static Remedy remedy(String text) {
    boolean command =
        text.startsWith("scontrol ") || text.startsWith("skiff ") || text.startsWith("scancel ");
    return command && !text.contains(", ") ? new Remedy("", text) : new Remedy(text, "");
  }

  private static String update(QueuedJob job, String change) {
    return "scontrol update JobId=%s %s".formatted(job.number(), change);
  }

  private static String filled(String text, QueuedJob job) {
    return text.replace("{id}", job.number())
        .replace("{partition}", String.join(",", job.partitions()));
  }
}
