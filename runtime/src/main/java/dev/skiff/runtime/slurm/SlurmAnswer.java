package dev.skiff.runtime.slurm;

/// What came of one command of Slurm's.
public sealed interface SlurmAnswer {

  /// It did what it was asked.
  ///
  /// @param out its output, at most as long as `SlurmCommand` takes
  /// @param err its remarks
  record Done(String out, String err) implements SlurmAnswer {}

  /// It answered, and said no.
  ///
  /// @param status not 0
  /// @param words what it said, one line or more, without its own name in front
  record Refused(int status, String words) implements SlurmAnswer {}

  /// Nobody knows: the command is missing, or it did not reach the scheduler in time.
  ///
  /// @param why for a person
  record Unreachable(String why) implements SlurmAnswer {}
}
