package dev.skiff.runtime.job;

/// Another job that this one waits for.
///
/// @param job its name, or the scheduler's own number
/// @param nativeId the scheduler's number of it; empty until it is looked up
/// @param when how it must end
public record Dependency(String job, String nativeId, When when) {

  /// How the other job must end before this one starts.
  public enum When {
    OK("afterok"),
    ANY("afterany"),
    FAIL("afternotok");

    private final String slurm;

    When(String slurm) {
      this.slurm = slurm;
    }

    /// Slurm's word for it.
    public String slurm() {
      return slurm;
    }
  }
}
