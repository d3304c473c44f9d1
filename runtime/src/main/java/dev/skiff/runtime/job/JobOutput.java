package dev.skiff.runtime.job;

/// Where a job's output goes. Empty is the job's record; the errors of a job whose output goes
/// elsewhere go there as well.
///
/// @param out a path, in which Slurm's `%j`, `%A`, `%a`, `%x` stand for numbers and the name
/// @param err the same for standard error
public record JobOutput(String out, String err) {

  public static final JobOutput IN_RECORD = new JobOutput("", "");
}
