package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.slurm.SlurmCommand;
import dev.skiff.runtime.slurm.SlurmScheduler;
import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.ClusterReader;
import dev.skiff.runtime.slurm.fit.FitCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What is looked at before a job is submitted, so that no place in a queue is wasted.
record JobChecks(JobSession session, Terminal terminal) {

  private static final List<String> OF_ONE_MACHINE =
      List.of("/tmp", "/var/tmp", "/dev/shm", "/run");

  /// Refuses what can never run.
  void check(JobRequest request, String backend) {
    boolean slurm = backend.equals(SlurmScheduler.BACKEND);
    if (request.workload() instanceof Workload.Contained contained) {
      checkImage(request, contained.image(), slurm);
    }
    if (slurm) {
      cluster()
          .flatMap(cluster -> FitCheck.of(request, cluster))
          .ifPresent(problem -> {
            throw new ProblemException(problem, ExitCode.REFUSED);
          });
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

  private void checkImage(JobRequest request, String image, boolean elsewhere) {
    if (image.contains("://")) {
      return;
    }
    Path path = request.directory().resolve(image);
    if (!Files.isReadable(path)) {
      throw new ProblemException(
          new Problem(
              "cannot submit the job '%s'".formatted(request.name()),
              Files.exists(path)
                  ? "the image '%s' may not be read".formatted(path)
                  : "there is no image '%s'".formatted(path),
              "name an image that is there, or a reference such as docker://ubuntu:24.04"),
          ExitCode.REFUSED);
    }
    if (elsewhere && OF_ONE_MACHINE.stream().anyMatch(path.normalize()::startsWith)) {
      terminal.warn(
          new Problem(
              "the image '%s' may not be on the node".formatted(image),
              "it lies where each machine has a folder of its own",
              "put it on a disk that the nodes share, such as your home"));
    }
  }
}
