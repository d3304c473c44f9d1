package dev.skiff.cli;

import dev.skiff.builder.stage.CachePolicy;
import dev.skiff.builder.stage.CachePolicy.Reasons;
import dev.skiff.builder.stage.CachePolicy.Use;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.util.Map;
import picocli.CommandLine.Option;

/// What a build does with the steps of earlier builds.
final class BuildCacheOptions {

  @Option(
      names = "--no-build-cache",
      description = "Run every step, whatever earlier builds left; keep what they give.")
  private boolean none;

  @Option(
      names = "--build-cache-only",
      description = "Fail rather than run a step that is not in the cache.")
  private boolean only;

  @Option(names = "--explain", description = "Say of each step that runs why it is not cached.")
  private boolean explain;

  CachePolicy read(Map<String, String> environment) {
    if (none && only) {
      throw new ProblemException(
          new Problem(
              "cannot use --no-build-cache and --build-cache-only together",
              "the one runs every step, the other none",
              "leave out one of the two"),
          ExitCode.USAGE);
    }
    Reasons reasons = explain ? Reasons.SAID : Reasons.UNSAID;
    if (ReuseOptions.isCacheDisabled(environment)) {
      return new CachePolicy(Use.NONE, reasons);
    }
    Use use = none ? Use.RUN_ALL : only ? Use.ONLY_TAKE : Use.TAKE;
    return new CachePolicy(use, reasons);
  }
}
