package dev.skiff.builder.stage;

import dev.skiff.builder.cache.KeyParts;
import dev.skiff.builder.cache.StepRecord;
import dev.skiff.builder.cache.StepStore;
import dev.skiff.builder.progress.BuildEvent.OutputLine;
import dev.skiff.builder.progress.BuildEvent.Stream;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.stage.CachePolicy.Reasons;
import dev.skiff.builder.stage.CachePolicy.Use;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The kept results of steps, as far as the build is to use them.
record EarlierResults(StepStore store, CachePolicy policy, BuildListener listener) {

  /// What a step with these parts gave.
  Optional<StepRecord> find(KeyParts parts) {
    return switch (policy.use()) {
      case TAKE, ONLY_TAKE -> store.find(parts.key());
      case RUN_ALL, NONE -> Optional.empty();
    };
  }

  /// A step has to run: says why, if somebody asked.
  ///
  /// @param parts empty if what the step depends on cannot be known
  /// @throws dev.skiff.definitions.problem.ProblemException if no step may run that could have been
  ///   cached
  void missed(String title, Optional<KeyParts> parts) {
    if (policy.use() == Use.ONLY_TAKE && parts.isPresent()) {
      throw StageProblems.notCached(title, reasons(title, parts.get()));
    }
    if (policy.reasons() == Reasons.SAID) {
      String why = why(title, parts);
      listener.on(new OutputLine(Stream.OUTPUT, "  not cached: " + why));
    }
  }

  private String why(String title, Optional<KeyParts> parts) {
    if (parts.isEmpty()) {
      return "it may read anything of this machine, so it always runs";
    }
    return policy.use() == Use.RUN_ALL ? "--no-build-cache" : reasons(title, parts.get());
  }

  private String reasons(String title, KeyParts parts) {
    Optional<StepRecord> like = store.mostLike(title, parts);
    if (like.isEmpty()) {
      return "no such step was run before";
    }
    List<String> differences = parts.differencesFrom(like.get().parts());
    return differences.isEmpty()
        ? "its layer is not in the cache any more"
        : String.join(", ", differences);
  }

  /// Remembers what a step gave.
  void keep(StepRecord record) {
    if (policy.use() == Use.NONE) {
      return;
    }
    try {
      store.put(record);
    } catch (IOException e) {
      listener.on(new Warned(StageProblems.notKept(record.title(), e)));
    }
  }
}
