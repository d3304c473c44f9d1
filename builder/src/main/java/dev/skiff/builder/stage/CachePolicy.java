package dev.skiff.builder.stage;

/// What a build does with results of earlier builds' steps.
///
/// @param use whether they are taken
/// @param reasons whether it is said why a step was not among them
public record CachePolicy(Use use, Reasons reasons) {

  /// Taken, and nothing said.
  public static final CachePolicy DEFAULT = new CachePolicy(Use.TAKE, Reasons.UNSAID);

  /// Whether results are taken.
  public enum Use {
    TAKE,
    /// `--no-build-cache`: every step runs; its result replaces what was kept.
    RUN_ALL,
    /// `--build-cache-only`: a step that would run is a problem.
    ONLY_TAKE,
    /// Nothing is taken, and nothing kept.
    NONE
  }

  /// `--explain`.
  public enum Reasons {
    SAID,
    UNSAID
  }
}
