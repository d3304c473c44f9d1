package dev.skiff.builder.script;

import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.request.BindSpec;
import java.util.List;

/// What `%post` and `%test` see besides the root.
///
/// @param binds `--bind` and `--mount`
/// @param gpu what `--nv` found
/// @param testRoot whether `%test` may write
public record ScriptMounts(List<BindSpec> binds, GpuFindings gpu, TestRoot testRoot) {

  /// Nothing.
  public static final ScriptMounts NONE =
      new ScriptMounts(List.of(), GpuFindings.NONE, TestRoot.READ_ONLY);

  public ScriptMounts {
    binds = List.copyOf(binds);
  }

  /// Whether they see nothing but the root.
  public boolean isEmpty() {
    return binds.isEmpty() && gpu.equals(GpuFindings.NONE);
  }

  /// What becomes of what `%test` writes to the root.
  public enum TestRoot {
    /// It fails.
    READ_ONLY,
    /// It goes to memory and is gone afterwards: `--writable-tmpfs`.
    TEMPORARY
  }
}
