package dev.skiff.runtime.slurm.explain;

import java.util.List;

/// Where a job stands, for its user.
///
/// @param state in a sentence: `waits, since 5 min`
/// @param code Slurm's own reason, or state; may be empty
/// @param why a clause; may be empty
/// @param when it will start or end; may be empty
/// @param facts what else bears on it, a clause each
/// @param remedies what would make it start sooner, or go better; the best one first
public record Explanation(
    String state, String code, String why, String when, List<String> facts, List<Remedy> remedies) {

  /// One thing to do.
  ///
  /// @param effect what comes of it
  /// @param command what to type; may be empty
  public record Remedy(String effect, String command) {}

  public Explanation {
    facts = List.copyOf(facts);
    remedies = List.copyOf(remedies);
  }
}
