package dev.skiff.cli;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.record.JobSelection;
import dev.skiff.runtime.job.schedule.Scheduler;
import dev.skiff.runtime.slurm.SlurmProblems;
import dev.skiff.runtime.slurm.explain.SlurmJobId;
import java.util.Optional;

/// A job of Slurm's that somebody named: by our name, or by Slurm's number, which may be that of a
/// job that Skiff did not submit.
///
/// @param reference what was typed
/// @param id Slurm's number
/// @param record ours, if there is one
record NamedJob(String reference, SlurmJobId id, Optional<JobSelection> record) {

  /// @throws ProblemException if there is no such job, or if it is not on Slurm
  static NamedJob find(String reference) {
    Optional<SlurmJobId> number = SlurmJobId.parse(reference);
    JobSession session = JobSession.open();
    try {
      return ofRecord(reference, session.findHere(reference), session.scheduler("slurm"));
    } catch (ProblemException e) {
      return number.map(id -> new NamedJob(reference, id, Optional.empty())).orElseThrow(() -> e);
    }
  }

  private static NamedJob ofRecord(String reference, JobSelection selection, Scheduler slurm) {
    if (selection.record().backend().equals("slurm") && !slurm.counts(selection.record())) {
      throw SlurmProblems.elsewhere(
          "cannot look at the job '%s'".formatted(reference), selection.record(), slurm.cluster());
    }
    String number = selection.record().nativeId();
    String task = selection.task().isPresent() ? "_" + selection.task().getAsInt() : "";
    Optional<SlurmJobId> id =
        selection.record().backend().equals("slurm")
            ? SlurmJobId.parse(number + task)
            : Optional.empty();
    return id.map(known -> new NamedJob(reference, known, Optional.of(selection)))
        .orElseThrow(() -> elsewhere(reference, selection));
  }

  private static ProblemException elsewhere(String reference, JobSelection selection) {
    String backend = selection.record().backend();
    String why =
        backend.equals("slurm")
            ? "it has not reached Slurm yet"
            : "it runs on '%s', and this command asks Slurm".formatted(backend);
    return new ProblemException(
        new Problem("cannot look at the job '%s'".formatted(reference), why, "see: skiff ps -a"));
  }

  /// Our name with Slurm's number, or that alone.
  String label() {
    return record
        .map(selection -> "%s (Slurm job %s)".formatted(selection.record().name().text(), id))
        .orElse("Slurm job " + id);
  }
}
