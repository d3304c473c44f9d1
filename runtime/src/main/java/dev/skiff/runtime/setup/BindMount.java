package dev.skiff.runtime.setup;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes one host path visible in the new root, with everything mounted below it.
///
/// The source becomes a detached tree first, so that it is made read-only before anybody can reach
/// it, and is then attached to a descriptor of the target, which no rename can redirect.
final class BindMount {

  private final Kernel kernel;
  private final ContainerRoot root;
  private final Consumer<Problem> warnings;

  BindMount(Kernel kernel, ContainerRoot root, Consumer<Problem> warnings) {
    this.kernel = kernel;
    this.root = root;
    this.warnings = warnings;
  }

  /// Says what became of it.
  String carryOut(SetupStep.Bind bind) {
    int tree = kernel.cloneTree(bind.source().toString());
    @Nullable ProblemException failure =
        tree < 0 ? SetupProblems.bindSource(bind, tree) : attach(bind, tree);
    if (tree >= 0) {
      int _ = kernel.close(tree);
    }
    if (failure == null) {
      return result(bind.access());
    }
    switch (bind.missing()) {
      case SKIP -> {}
      case WARN -> warnings.accept(failure.problem());
      case FAIL -> throw failure;
    }
    return "left out: " + failure.problem().why();
  }

  private String result(SetupStep.Access access) {
    String made = root.made() ? ", destination made" : "";
    return switch (access) {
      case READ_ONLY -> "mounted read-only" + made;
      case READ_WRITE -> PlanExecutor.MOUNTED + made;
    };
  }

  /// Shows something in a volume.
  ///
  /// @param tree it, or minus the error number; closed here
  String carryOut(SetupStep.BindInside bind, int tree) {
    SetupStep.Bind shown =
        new SetupStep.Bind(
            Path.of(bind.path()),
            bind.target(),
            bind.access(),
            SetupStep.Missing.FAIL,
            bind.reason());
    if (tree < 0) {
      throw SetupProblems.bindInside(bind, tree);
    }
    @Nullable ProblemException failure = attach(shown, tree);
    int _ = kernel.close(tree);
    if (failure != null) {
      throw failure;
    }
    return result(bind.access());
  }

  private @Nullable ProblemException attach(SetupStep.Bind bind, int tree) {
    int target = root.makeLike(bind.target().value(), tree);
    if (target < 0) {
      return SetupProblems.bindTarget(bind, target);
    }
    @Nullable ProblemException failure =
        bind.access() == SetupStep.Access.READ_ONLY ? seal(bind, tree) : null;
    if (failure == null) {
      int result = kernel.attach(tree, target);
      failure = result < 0 ? unattached(bind, tree, target, result) : null;
      if (result >= 0) {
        root.shown(bind.target().value());
      }
    }
    int _ = kernel.close(target);
    return failure;
  }

  /// The kernel refuses a directory on a file with EINVAL, which says many things.
  private ProblemException unattached(SetupStep.Bind bind, int tree, int target, int result) {
    ContainerRoot.Kind kind = root.kind(tree);
    return root.kind(target) == kind
        ? SetupProblems.bindTarget(bind, result)
        : SetupProblems.bindKinds(bind, kind);
  }

  private @Nullable ProblemException seal(SetupStep.Bind bind, int tree) {
    int result = kernel.makeReadOnly(tree, Kernel.Depth.AND_BELOW);
    if (result == -Errno.ENOSYS) {
      throw SetupProblems.readOnlyMounts();
    }
    return result < 0 ? SetupProblems.bindSource(bind, result) : null;
  }
}
