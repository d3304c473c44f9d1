package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.sif.SystemPartition;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Placement;
import dev.skiff.runtime.job.TimeLimits;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.slurm.ClusterConfig;
import dev.skiff.runtime.slurm.SlurmCommand;
import dev.skiff.runtime.slurm.SlurmScheduler;
import dev.skiff.runtime.slurm.cluster.Association;
import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.ClusterReader;
import dev.skiff.runtime.slurm.cluster.Quality;
import dev.skiff.runtime.slurm.fit.FitCheck;
import dev.skiff.runtime.slurm.fit.QualityCheck;
import dev.skiff.runtime.slurm.fit.Reach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is looked at before a job is submitted, so that no place in a queue is wasted.
record JobChecks(JobSession session, Terminal terminal) {

  private static final List<String> OF_ONE_MACHINE =
      List.of("/tmp", "/var/tmp", "/dev/shm", "/run");

  /// File systems of one machine alone, which no other can be given.
  private static final List<String> IN_MEMORY = List.of("tmpfs", "ramfs", "overlay");

  /// Refuses what can never run.
  ///
  /// @return the cluster, where it could be looked at
  Optional<Cluster> check(JobRequest wanted, String backend) {
    boolean slurm = backend.equals(SlurmScheduler.BACKEND);
    JobRequest request = slurm ? wanted.with(habits(wanted.placement())) : wanted;
    Optional<Cluster> cluster = slurm ? cluster() : Optional.empty();
    Optional<String> image =
        request.workload() instanceof Workload.Contained contained
            ? Optional.of(contained.image())
            : Optional.empty();
    Architecture found = image.map(name -> checkImage(request, name)).orElse(Architecture.UNKNOWN);
    cluster
        .flatMap(known -> FitCheck.of(request, known, found))
        .ifPresent(problem -> {
          throw new ProblemException(problem, ExitCode.REFUSED);
        });
    if (slurm) {
      checkQuality(request, cluster);
      image
          .filter(name -> !name.contains("://"))
          .ifPresent(
              name -> checkPlace(request, "image", request.directory().resolve(name), cluster));
      checkPlace(request, "directory", request.directory(), cluster);
      cluster.ifPresent(known -> warnOfPreemption(request, known));
    }
    return cluster;
  }

  /// With what the caller's variables tell sbatch, which hears them before the script's own lines.
  private Placement habits(Placement said) {
    Map<String, String> variables = session.environment();
    String queues = variables.getOrDefault("SBATCH_PARTITION", "");
    return new Placement(
        said.queues().isEmpty() && !queues.isEmpty()
            ? List.of(queues.split(",", -1))
            : said.queues(),
        said.constraint(),
        said.quality().isEmpty() ? variables.getOrDefault("SBATCH_QOS", "") : said.quality(),
        said.account().isEmpty() ? variables.getOrDefault("SBATCH_ACCOUNT", "") : said.account(),
        said.reservation(),
        said.node(),
        said.priority());
  }

  /// Limits that the cluster does not hold are no reason to refuse a job.
  private void checkQuality(JobRequest request, Optional<Cluster> cluster) {
    if (cluster.isEmpty()) {
      return; // whoever does not answer is not asked more
    }
    SlurmCommand slurm = SlurmCommand.of(session.environment());
    List<Quality> all = Quality.read(slurm);
    refusePartitionAsPriority(request, all, cluster);
    QualityCheck check = QualityCheck.of(request, all, cluster);
    if (!check.matters()) {
      return;
    }
    Optional<ClusterConfig> config = ClusterConfig.read(slurm).filter(ClusterConfig::holdsLimits);
    config
        .flatMap(known -> check.problem(quality(request, cluster, known.name())))
        .ifPresent(problem -> {
          throw new ProblemException(problem, ExitCode.REFUSED);
        });
  }

  /// For sbatch `-p` is the partition.
  private static void refusePartitionAsPriority(
      JobRequest request, List<Quality> all, Optional<Cluster> cluster) {
    String name = request.placement().priority();
    boolean partition = cluster.flatMap(known -> known.partition(name)).isPresent();
    if (partition && all.stream().noneMatch(quality -> quality.name().equals(name))) {
      throw refused(
          request,
          "-p is the priority, and '%s' is a partition".formatted(name),
          "write -q " + name);
    }
  }

  /// The one that the job names, else the one that the site gives its user's jobs.
  private QualityCheck.Own quality(
      JobRequest request, Optional<Cluster> cluster, String clusterName) {
    String name = QualityCheck.named(request);
    Optional<Association> association =
        Association.of(
            Association.read(
                SlurmCommand.of(session.environment()),
                System.getProperty("user.name", ""),
                clusterName),
            QualityCheck.account(request),
            QualityCheck.partition(request, cluster));
    return new QualityCheck.Own(
        name.isEmpty() ? association.map(Association::usual).orElse("") : name,
        !name.isEmpty(),
        association.map(Association::qualities).orElse(List.of()));
  }

  /// Tells what a submission would be refused for, and goes on.
  void rehearse(JobRequest request, String backend) {
    try {
      check(request, backend);
    } catch (ProblemException e) {
      terminal.warn(e.problem());
    }
  }

  /// Where Slurm cancels jobs to make room, it does not run them again.
  private void warnOfPreemption(JobRequest request, Cluster cluster) {
    List<String> ending =
        request.placement().queues().stream()
            .filter(name ->
                cluster
                    .partition(name)
                    .map(partition -> partition.preemption().equals("CANCEL"))
                    .orElse(false))
            .toList();
    if (request.limits().rerunOn().contains(TimeLimits.Rerun.PREEMPT) && !ending.isEmpty()) {
      terminal.warn(
          new Problem(
              "--rerun-on preempt does nothing in '%s'".formatted(String.join(",", ending)),
              "Slurm cancels its jobs when others need the room (PreemptMode=CANCEL), for good",
              "write checkpoints with --warn, and submit it again"));
    }
  }

  /// Nothing if it cannot be looked at: then sbatch is asked, which says why, or knows better.
  private Optional<Cluster> cluster() {
    try {
      return Optional.of(ClusterReader.read(SlurmCommand.of(session.environment())));
    } catch (ProblemException e) {
      return Optional.empty();
    }
  }

  /// For which processor it is, if that is known.
  private static Architecture checkImage(JobRequest request, String image) {
    if (image.contains("://")) {
      return Architecture.UNKNOWN;
    }
    Path path = request.directory().resolve(image);
    if (!Files.exists(path) && image.matches(".*\\.(sh|bash|sbatch|slurm)")) {
      throw refused(request, "there is no script '%s'".formatted(path), "name one that is there");
    }
    if (!Files.isReadable(path)) {
      throw refused(
          request,
          Files.exists(path)
              ? "the image '%s' may not be read".formatted(path)
              : "there is no image '%s'".formatted(path),
          "name an image that is there, or a reference such as docker://ubuntu:24.04");
    }
    if (!image.endsWith(".sif") || !Files.isRegularFile(path)) {
      return Architecture.UNKNOWN;
    }
    try (SifReader sif = SifReader.open(path)) {
      return sif.primaryPartition().map(SystemPartition::architecture).orElse(Architecture.UNKNOWN);
    } catch (MalformedImageException e) {
      throw refused(
          request,
          "the image '%s' is damaged: %s".formatted(path, e.getMessage()),
          "build or fetch it again");
    } catch (IOException e) {
      return Architecture.UNKNOWN; // whoever starts it says why it cannot be read
    }
  }

  private static ProblemException refused(JobRequest request, String why, String fix) {
    return new ProblemException(
        new Problem("cannot submit the job '%s'".formatted(request.name()), why, fix),
        ExitCode.REFUSED);
  }

  /// Refuses a place that a node of the job surely does not have, and warns of others.
  private void checkPlace(JobRequest request, String what, Path path, Optional<Cluster> cluster) {
    Reach reach =
        cluster.map(known -> FitCheck.reach(request, known, session.host())).orElse(Reach.PERHAPS);
    String shared = "put it on a disk that the nodes share, such as your home";
    String type = fileSystem(path);
    if (reach == Reach.ELSEWHERE && IN_MEMORY.contains(type)) {
      throw refused(
          request,
          "the %s '%s' lies on a file system of this machine alone (%s), and the job runs on another"
              .formatted(what, path, type),
          shared);
    }
    if (reach != Reach.SAME_MACHINE
        && OF_ONE_MACHINE.stream().anyMatch(path.normalize()::startsWith)) {
      terminal.warn(
          new Problem(
              "the %s '%s' may not be on the node".formatted(what, path),
              "it lies where each machine has a folder of its own",
              shared));
    }
  }

  private static String fileSystem(Path path) {
    try {
      return Files.getFileStore(path).type();
    } catch (IOException e) {
      return ""; // whoever starts the job says why
    }
  }
}
